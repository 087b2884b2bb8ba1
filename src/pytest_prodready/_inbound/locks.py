"""Locks of this process, for which a duplicate waits though the copy in another worker would not.

Where a duplicate waits for such a lock, and for no other, the lock is left open for it while the delivery
that holds it is held up: so the duplicate runs as it would in a second worker, which has a lock of its own.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from .._runtime.places import Places

_LOCK = type(threading.Lock())
_MOST = 100


def awaited_lock(places: Places) -> Any:
    """The lock for which another thread waits in first-party code; None where there is none or are several.

    A wait within a library is a wait for what the library talks to.
    """
    ours = threading.get_ident()
    waiting = [
        frame
        for thread, frame in sys._current_frames().items()
        if thread != ours and places.is_first_party(frame.f_code.co_filename)
    ]
    return _only(lock for frame in waiting for lock in _named(frame) if lock.locked())


def awaited_lock_of_task() -> Any:
    """The asyncio lock for which another task of this loop waits; None where there is none or are several."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    found = (_awaited(task.get_coro()) for task in others)
    return _only(lock for lock in found if isinstance(lock, asyncio.Lock) and lock.locked())


def _only(locks: Iterable[Any]) -> Any:
    found = {id(lock): lock for lock in locks}
    return next(iter(found.values())) if len(found) == 1 else None


def _named(frame: FrameType) -> Iterator[Any]:
    """The locks that a frame names, itself or by what holds them."""
    named = (frame.f_globals.get(name) for name in frame.f_code.co_names)
    for value in (*frame.f_locals.values(), *named):
        yield from (each for each in _reach(value) if isinstance(each, _LOCK))


def _reach(value: Any) -> Iterable[Any]:
    held = value if isinstance(value, dict) else getattr(value, "__dict__", None)
    return (value, *list(held.values())[:_MOST]) if isinstance(held, dict) else (value,)


def _awaited(coroutine: Any) -> Any:
    """Whose coroutine a task waits for, at the end of the chain of its awaits."""
    owner: Any = None
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None)
        owner = frame.f_locals.get("self") if frame is not None else owner
        coroutine = getattr(coroutine, "cr_await", None)
    return owner
