"""The wall clock, moved ahead for a while and going on from there."""

from __future__ import annotations

import datetime
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_MOVED: ContextVar[float] = ContextVar("prodready_moved", default=0.0)


def moved() -> float:
    """By how many seconds a trial has moved the clock of the application that runs now."""
    return _MOVED.get()


@contextmanager
def ahead(seconds: float) -> Iterator[None]:
    """Let the application's clocks read later; a test that has stopped them has moved them already.

    Args:
        seconds: by how much.
    """
    from freezegun import freeze_time

    moment = datetime.datetime.fromtimestamp(time.time() + seconds, datetime.timezone.utc)
    with warnings.catch_warnings():
        # It looks at the attributes of every module, and some warn when they are looked at.
        warnings.simplefilter("ignore")
        frozen = freeze_time(moment.replace(tzinfo=None), tick=True)
        frozen.start()
    token = _MOVED.set(seconds)
    try:
        yield
    finally:
        _MOVED.reset(token)
        frozen.stop()
