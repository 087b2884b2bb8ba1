"""Queries without a connection: who compares rows asks, and who has a connection answers.

A comparison is a generator that yields SQL and is sent column names and rows. The same comparison thus
runs over a synchronous driver and over one that is awaited.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

Rows = tuple[Sequence[str], Sequence[tuple[Any, ...]]]
Asking = Generator[str, Rows, T]
Select = Callable[[str], Rows]
AsyncSelect = Callable[[str], Awaitable[Rows]]


def answer(asking: Asking[T], select: Select) -> T:
    """Run a comparison on the connection behind ``select``."""
    try:
        sql = next(asking)
        while True:
            sql = asking.send(select(sql))
    except StopIteration as stop:
        result: T = stop.value
        return result


async def answer_async(asking: Asking[T], select: AsyncSelect) -> T:
    """The same, on a connection whose driver is awaited."""
    try:
        sql = next(asking)
        while True:
            sql = asking.send(await select(sql))
    except StopIteration as stop:
        result: T = stop.value
        return result
