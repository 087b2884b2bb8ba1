"""Queries without a connection: who compares rows asks, and who has a connection answers.

A comparison is a generator that yields SQL and is sent column names and rows. The same comparison thus
runs over a synchronous driver and over one that is awaited. It may also yield a :class:`Hold`, where a trial
holds the delivery up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from .._runtime.recording import Recording

T = TypeVar("T")


@dataclass(frozen=True)
class Hold:
    """The delivery is about to act, and its gate is asked."""

    recording: Recording
    act: str


Rows = tuple[Sequence[str], Sequence[tuple[Any, ...]]]
Asking = Generator["str | Hold", Rows, T]
Select = Callable[[str], Rows]
AsyncSelect = Callable[[str], Awaitable[Rows]]


NO_ROWS: Rows = ((), ())


def hold(question: Hold) -> None:
    """Ask the gate, from code that cannot await."""
    question.recording.reach(question.act)


def answer(asking: Asking[T], select: Select, hold: Callable[[Hold], None] = hold) -> T:
    """Run a comparison on the connection behind ``select``."""
    try:
        question = next(asking)
        while True:
            if isinstance(question, Hold):
                hold(question)
                question = asking.send(NO_ROWS)
            else:
                question = asking.send(select(question))
    except StopIteration as stop:
        result: T = stop.value
        return result


async def answer_async(asking: Asking[T], select: AsyncSelect) -> T:
    """The same, on a connection whose driver is awaited."""
    try:
        question = next(asking)
        while True:
            if isinstance(question, Hold):
                await question.recording.reach_async(question.act)
                question = asking.send(NO_ROWS)
            else:
                question = asking.send(await select(question))
    except StopIteration as stop:
        result: T = stop.value
        return result
