"""Schedules: how a delivery and its duplicate meet, where neither simply comes after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal["sequential", "race", "crash", "late", "failure", "batch"]

# What a delivery does after its last commit, if it does nothing else: it returns.
ANSWER = "the answer"

_KINDS: dict[str, Kind] = {kind[0]: kind for kind in get_args(Kind)}
_TOKEN = re.compile(rf"([{''.join(_KINDS)}])(\d+)\.(\d+)")


@dataclass(frozen=True)
class Point:
    """One act of a delivery, before which it can be held up or can die.

    Args:
        act: what the delivery is about to do, e.g. ``INSERT events`` or ``POST psp.example/charges``.
        progress: how many commits and outbound calls lie behind it.
        fallible: it is a call to a dependency, which can be made to fail as its library fails.
    """

    act: str
    progress: int = 0
    fallible: bool = False


@dataclass(frozen=True)
class Schedule:
    """One way in which two deliveries of the same request meet; the same for every run of the test.

    Args:
        kind: ``sequential`` is the plain duplicate; in a ``race`` the duplicate runs while the first
            delivery is held up; in a ``crash`` the first delivery dies and is delivered again; a ``late``
            duplicate comes when a sender still delivers again, and a key may be forgotten; a ``failure``
            is a dependency's, of which the sender learns by a server error; a ``batch`` contains one of
            its elements twice.
        delivery: which delivery of the test, from 1.
        point: before which of its acts, from 1; 0 where that says nothing.
        act: that act, for people.
    """

    kind: Kind
    delivery: int
    point: int = 0
    act: str = field(default="", compare=False)

    @property
    def token(self) -> str:
        """A word that names it within its test: ``r1.3``."""
        return f"{self.kind[0]}{self.delivery}.{self.point}"

    @classmethod
    def parse(cls, token: str) -> Schedule | None:
        """The inverse of :attr:`token`; None where the text is none."""
        match = _TOKEN.fullmatch(token)
        return cls(_KINDS[match[1]], int(match[2]), int(match[3])) if match else None

    def __str__(self) -> str:
        if self.kind == "race":
            return f"pause before {self.act}; the duplicate runs; resume"
        if self.kind == "late":
            return "the duplicate comes twelve hours after the first delivery"
        if self.kind == "crash":
            return f"die before {self.act}; deliver again"
        if self.kind == "failure":
            return f"{self.act} fails; deliver again"
        if self.kind == "batch":
            return "one element of the batch comes twice in it"
        return "the duplicate comes after the first delivery"
