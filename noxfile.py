"""The test command: ``nox``. Each session makes its own environment and installs what it needs."""

from __future__ import annotations

import os

import nox

nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["check"] if not os.environ.get("CI") else ["check", "others"]
nox.options.stop_on_first_error = False

CORE = ("tests/trial", "tests/session", "tests/report")
PYTEST = ("python", "-m", "pytest", "-q", "-n", "2")


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


@nox.session(python=["3.10", "3.12", "3.13"])
def others(session: nox.Session) -> None:
    """The core of the suite on the other supported Pythons; 3.10 with the lowest supported pytest."""
    session.install("--upgrade", "pip")
    lowest = ("pytest==8.4.*",) if session.python == "3.10" else ()
    session.install("-e", ".", "--group", "test", *lowest)
    session.run(*PYTEST, *CORE, *session.posargs)
