"""Gates: where a trial holds a delivery up, or lets it die, before one of its acts.

A seam that is about to let the application act asks the gate of the delivery. In all but the trials of
schedules a delivery has none, and asking costs one ``if``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .._model.schedule import Point

Failure = Callable[[], Exception]


class Died(BaseException):
    """The process of this delivery is dead: nothing in it may act any more.

    No ``Exception``, so that the handlers of the application's own errors stay out of it.
    """


class Pause(Protocol):
    """What happens while a delivery is held up."""

    def hold(self) -> None:
        """Run it, from code that cannot await."""

    async def hold_async(self) -> None:
        """Run it, from a coroutine."""


class Gate:
    """Lets every act pass and writes it down.

    Attributes:
        points: the acts so far.
    """

    def __init__(self) -> None:
        self.points: list[Point] = []

    @property
    def struck(self) -> bool:
        """Whether the delivery died or failed by this gate."""
        return False

    def reach(self, point: Point, failure: Failure | None = None) -> None:
        """The delivery is about to act.

        Raises:
            Died: it must not.
            Exception: what ``failure`` makes; the act fails.
        """
        self.points.append(point)

    async def reach_async(self, point: Point, failure: Failure | None = None) -> None:
        """The same, from a coroutine."""
        self.reach(point, failure)


class Holding(Gate):
    """Holds the delivery up before one act.

    Args:
        number: before which act, from 1.
        pause: what happens meanwhile.
    """

    def __init__(self, number: int, pause: Pause) -> None:
        super().__init__()
        self._number = number
        self._pause = pause

    def reach(self, point: Point, failure: Failure | None = None) -> None:
        super().reach(point)
        if len(self.points) == self._number:
            self._pause.hold()

    async def reach_async(self, point: Point, failure: Failure | None = None) -> None:
        super().reach(point)
        if len(self.points) == self._number:
            await self._pause.hold_async()


class _Striking(Gate):
    """What strikes a delivery at one act.

    Args:
        number: at which act, from 1.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    @property
    def struck(self) -> bool:
        return len(self.points) >= self._number


class Dying(_Striking):
    """Lets the delivery die before one act, and every later act of it as well."""

    def reach(self, point: Point, failure: Failure | None = None) -> None:
        super().reach(point)
        if self.struck:
            raise Died(f"the trial lets this delivery die before {point.act}")


class Failing(_Striking):
    """Lets one act of the delivery fail; the application goes on as it does when a dependency is down."""

    def reach(self, point: Point, failure: Failure | None = None) -> None:
        super().reach(point)
        if len(self.points) == self._number and failure is not None:
            raise failure()
