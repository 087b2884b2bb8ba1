"""Faults: what production does to a dependency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "latency",
    "hang",
    "refuse",
    "dns",
    "reset-before-send",
    "reset-after-send",
    "reset-mid-body",
    "drip",
    "truncate",
    "malformed",
    "empty",
    "status",
]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong between the application and a dependency.

    Args:
        kind: what goes wrong.
        dependency: which dependency, by name or host.
        seconds: how long, for ``latency`` and ``drip``; virtual seconds, not negative.
        status: the answer, for ``status``; 100-599.
    """

    kind: FaultKind
    dependency: str
    seconds: float | None = None
    status: int | None = None
