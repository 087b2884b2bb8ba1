"""What a request of one run is in another run of the same test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Pairs = Iterable[tuple[Any, Any]]


def in_place(mine: Pairs, first: Pairs, other: Pairs) -> list[tuple[Any, Any]]:
    """Named parts of another request of an earlier run, as they are in this run.

    What it shared with the first request there (a client's cookies and credentials, streams, what a fixture
    made) is this run's own; what it had for itself it keeps.

    Args:
        mine: the parts of the first request in this run.
        first: those that it had in the earlier run.
        other: those of the request that is put in its place.
    """
    here, there = dict(mine), dict(first)
    return [
        (name, here[name] if name in here and name in there and _same(there[name], value) else value)
        for name, value in other
    ]


def _same(one: Any, other: Any) -> bool:
    return one is other or (isinstance(one, (str, bytes, int, tuple)) and one == other)
