"""The test command: ``nox``. Each session makes its own environment and installs what it needs."""

from __future__ import annotations

import os
from pathlib import Path

import nox

nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["check"] if not os.environ.get("CI") else ["check", "others", "lowest"]
nox.options.stop_on_first_error = False

CORE = ("tests/trial", "tests/session", "tests/report")
PYTEST = ("python", "-m", "pytest", "-q", "-n", "2")
SPECIMENS = "tests/behaviours/test_specimens.py"
DJANGO = (
    "tests/inbound/test_django.py",
    "tests/outbound/test_django_database.py",
    "tests/examples/test_webhooks_django.py",
)
# Where the libraries differ most; the rest of the specimens stands on the same few of them.
HEARD = "inbound or outbound or stacks or drivers or messages"
PYTHONS = ("3.10", "3.12", "3.13")
# What is pinned beside them, in tests/constraints.
PINNED = {"3.10": ("lowest-httpx2", "django-5.2"), "3.12": (), "3.13": ("django-6.1",)}


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
    """The core of the suite on the other supported Pythons; 3.10 with the lowest supported pytest.

    What listens to Django runs on the first and the last of them: the one has Django's long-term support,
    the other its newest version.
    """
    session.install("--upgrade", "pip")
    pins = [part for name in PINNED[session.python] for part in ("-c", f"tests/constraints/{name}.txt")]
    pytest = ("pytest==8.4.*",) if session.python == "3.10" else ()
    session.install("-e", ".", "--group", "test", *pytest, *pins)
    both = session.python != "3.12"
    session.run(*PYTEST, *CORE, *(DJANGO if both else ()), *session.posargs)
    if both:
        session.run(*PYTEST, "-k", " or ".join(_on_django()), SPECIMENS, *session.posargs)


@nox.session(python="3.10")
def lowest(session: nox.Session) -> None:
    """What listens to libraries, with exactly the lowest supported version of each."""
    session.install("--upgrade", "pip")
    session.install("-e", ".", "--group", "lowest", "-c", "tests/constraints/lowest.txt")
    heard = f"({HEARD}) and not pytest-httpx and not httpx2"
    session.run(*PYTEST, "-k", heard, "tests/inbound", "tests/outbound", SPECIMENS, *session.posargs)


def _on_django() -> list[str]:
    """The names of the specimens that are Django projects."""
    files = (path for path in Path("tests/specimens").rglob("*") if path.suffix in {".ini", ".py"})
    return sorted({path.parts[3] for path in files if "DJANGO_SETTINGS_MODULE" in path.read_text("utf-8")})
