"""The test command: ``nox``. Each session makes its own environment and installs what it needs."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nox

nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["check"] if not os.environ.get("CI") else ["check", "others"]
nox.options.stop_on_first_error = False

CORE = ("tests/trial/test_variants.py", "tests/trial/test_schedules.py", "tests/session", "tests/report")
PYTEST = ("python", "-m", "pytest", "-q", "-n", "2")
SPECIMENS = "tests/behaviours/test_specimens.py"
# Where the libraries differ most; the rest of the specimens stands on the same few of them.
HEARD = "inbound or outbound or stacks or drivers or messages"
DJANGO = re.findall(
    r"^django==(\d+\.\d+)", Path("tests/constraints/django.txt").read_text("utf-8"), re.MULTILINE
)
PYTHONS = ("3.10", "3.12", "3.13")


@nox.session
def check(session: nox.Session) -> None:
    """Lint, types, import contracts and the whole suite on the default Python."""
    session.install("--upgrade", "pip")
    session.install("-e", ".", "--group", "dev")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")
    session.run(*PYTEST, *session.posargs)


@nox.session(python=PYTHONS)
def others(session: nox.Session) -> None:
    """The core of the suite on the other supported Pythons; 3.10 with the lowest supported pytest."""
    session.install("--upgrade", "pip")
    lowest = (
        ("pytest==8.4.*", "-c", "tests/constraints/lowest-httpx2.txt") if session.python == "3.10" else ()
    )
    session.install("-e", ".", "--group", "test", *lowest)
    session.run(*PYTEST, *CORE, *session.posargs)


@nox.session(python="3.10")
def lowest(session: nox.Session) -> None:
    """What listens to libraries, with exactly the lowest supported version of each; Django has its own."""
    session.install("--upgrade", "pip")
    session.install("-e", ".", "--group", "lowest", "-c", "tests/constraints/lowest.txt")
    session.run(
        *PYTEST,
        "-k",
        f"({HEARD}) and not django and not pytest-httpx and not httpx2",
        "tests/inbound",
        "tests/outbound",
        SPECIMENS,
        *session.posargs,
    )


@nox.session
@nox.parametrize(
    "python,django", [nox.param(*pair, id=pair[1]) for pair in zip(PYTHONS, DJANGO, strict=True)]
)
def django(session: nox.Session, django: str) -> None:
    """What listens to Django, with each supported Django."""
    session.install("--upgrade", "pip")
    session.install("-e", ".", "--group", "django", f"django=={django}.*")
    files = ("tests/inbound/test_django.py", "tests/outbound/test_django_database.py")
    session.run(*PYTEST, *files, "tests/examples/test_webhooks_django.py", *session.posargs)
    session.run(*PYTEST, "-k", " or ".join(_on_django()), SPECIMENS, *session.posargs)


def _on_django() -> list[str]:
    """The names of the specimens that are Django projects."""
    files = (path for path in Path("tests/specimens").rglob("*") if path.suffix in {".ini", ".py"})
    return sorted({path.parts[3] for path in files if "DJANGO_SETTINGS_MODULE" in path.read_text("utf-8")})
