"""The two questions that decide what a run does at all."""

from __future__ import annotations

import os

import pytest

from .._model.schedule import Schedule

MODES = ("on", "off", "probe")


def mode(config: pytest.Config) -> str:
    """``on``, ``off`` or ``probe``; the command line wins over the environment."""
    chosen = config.getoption("--prodready") or os.environ.get("PRODREADY") or "on"
    if chosen not in MODES:
        raise pytest.UsageError(f"PRODREADY={chosen}: it is one of {', '.join(MODES)}")
    return str(chosen)


def watches(config: pytest.Config) -> bool:
    """Whether every test is watched: asked for by an option, never by the environment of a CI."""
    return bool(
        config.getoption("--prodready-report")
        or config.getoption("--prodready-out")
        or config.getoption("--prodready-fail-on")
        or config.getoption("--prodready-explain")
        or mode(config) == "probe"
    )


def replay(config: pytest.Config) -> Schedule | None:
    """The one schedule to try again, or None.

    Raises:
        pytest.UsageError: the token is none.
    """
    token = config.getoption("--prodready-replay")
    schedule = Schedule.parse(token) if token else None
    if token and schedule is None:
        raise pytest.UsageError(
            f"--prodready-replay={token}: no schedule's token; expected one that a finding told, "
            "such as r1.3 or o2.1"
        )
    return schedule
