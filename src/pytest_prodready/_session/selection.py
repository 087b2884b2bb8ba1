"""How a test is named to a pytest that is run where this one was."""

from __future__ import annotations

import os

import pytest


def selection_of(config: pytest.Config, nodeid: str) -> tuple[str, ...]:
    """The arguments that select a test; its id is relative to the root directory, which may be another."""
    path, colons, names = nodeid.partition("::")
    try:
        here = os.path.relpath(config.rootpath / path, config.invocation_params.dir)
    except ValueError:  # another drive
        here = str(config.rootpath / path)
    return (here.replace(os.sep, "/") + colons + names,)
