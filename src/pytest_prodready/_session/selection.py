"""How a test is named to a pytest that is run where this one was."""

from __future__ import annotations

import os

import pytest

WATCHED = ("--prodready-report",)
PROBED = ("--prodready=probe", "--prodready-report")


def selection_of(config: pytest.Config, nodeid: str, flags: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The arguments that show a finding of a test again.

    Args:
        config: its root directory, to which ids are relative, may be another one than where it was run.
        nodeid: the test.
        flags: what has to be said besides, where no marker asks for it.
    """
    path, colons, names = nodeid.partition("::")
    try:
        here = os.path.relpath(config.rootpath / path, config.invocation_params.dir)
    except ValueError:  # another drive
        here = str(config.rootpath / path)
    return (here.replace(os.sep, "/") + colons + names, *flags)
