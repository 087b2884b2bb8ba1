"""The duplicate that runs while the first delivery is held up: in a thread or a task of its own.

A first delivery that is held up may hold a lock for which the duplicate waits. The wait is bounded, so that
this shows as "serialised" and never as a hang; the first goes on, and the duplicate ends after it.
"""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
from collections.abc import Callable
from typing import Any

from .._runtime.gates import Died
from .._runtime.moments import real_monotonic
from .._runtime.places import Places
from .locks import awaited_lock, awaited_lock_of_task

# How long the first delivery is held up for a duplicate that waits, and how long the end is waited for.
HELD_UP = 0.15
ENDED = 10.0


class Beside:
    """A pause in which something else runs to its end, or until it waits.

    Args:
        work: runs the duplicate; a coroutine function where the client is awaited.
        apart: the same with an event loop of its own, for a pause that blocks the client's.
        places: tells the application's own code.
        loop: the event loop of an awaited client.

    Attributes:
        started: it came to the pause.
        waited: the duplicate waited for something that the first delivery holds.
    """

    def __init__(
        self,
        work: Callable[[], Any],
        apart: Callable[[], Any],
        places: Places,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._work = work
        self._apart = apart
        self._places = places
        self._loop = loop
        self._context = contextvars.copy_context()
        self._ended = threading.Event()
        self.started = False
        self.waited = False
        self._lost = False

    def hold(self) -> None:
        """Run it beside code that cannot await."""
        self.started = True
        if on_asyncio() or _on_trio():
            self._thread(self._apart)
        elif self._loop is None:
            self._thread(self._work)
        else:
            asyncio.run_coroutine_threadsafe(self._awaited(), self._loop)
        self.waited = not self._ended.wait(HELD_UP)
        lock = awaited_lock(self._places) if self.waited else None
        if lock is not None:
            lock.release()
            self.waited = not self._ended.wait(HELD_UP)
            self._lost = not lock.acquire(timeout=ENDED)

    async def hold_async(self) -> None:
        """Run it beside a coroutine, whose event loop goes on."""
        self.started = True
        if self._loop is None:
            self._thread(self._work)
        else:
            self._context.run(asyncio.ensure_future, self._awaited())
        self.waited = not await self._until(HELD_UP)
        lock = awaited_lock_of_task() if self.waited else None
        if lock is not None and lock.locked():
            lock.release()
            self.waited = not await self._until(HELD_UP)
            limit = real_monotonic() + ENDED
            while lock.locked() and real_monotonic() < limit:
                await _turn()
            self._lost = lock.locked()
            if not self._lost:
                await lock.acquire()

    def end(self) -> bool:
        """Wait for its end; False where it does not come, or where it kept a lock that was left open."""
        return self._ended.wait(ENDED) and not self._lost

    async def end_async(self) -> bool:
        """The same, from a coroutine."""
        return await self._until(ENDED) and not self._lost

    async def _until(self, seconds: float) -> bool:
        """By the real clock: a test may have stopped the one that timers of the event loop read."""
        limit = real_monotonic() + seconds
        while not self._ended.is_set() and real_monotonic() < limit:
            await _turn()
        return self._ended.is_set()

    def _thread(self, work: Callable[[], Any]) -> None:
        def run() -> None:
            try:
                self._context.run(work)
            finally:
                self._ended.set()

        # A daemon, so that a duplicate which never ends cannot keep the process from ending.
        threading.Thread(target=run, name="prodready duplicate", daemon=True).start()

    async def _awaited(self) -> None:
        try:
            await self._work()
        finally:
            self._ended.set()


def died(error: BaseException) -> bool:
    """Whether it is the trial's own end of a delivery, also within groups that task groups make."""
    if isinstance(error, Died):
        return True
    # The groups of Python 3.11 and those that anyio brings to 3.10 are the same to the eye.
    return any(died(each) for each in getattr(error, "exceptions", ()) if isinstance(each, BaseException))


def on_asyncio() -> bool:
    """Whether a loop of asyncio runs in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _on_trio() -> bool:
    return "trio" in sys.modules and bool(sys.modules["trio"].lowlevel.in_trio_run())


async def _turn() -> None:
    """Let the event loop go round once."""
    if on_asyncio():
        await asyncio.sleep(0)
    else:
        await sys.modules["trio"].lowlevel.checkpoint()
