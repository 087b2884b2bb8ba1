"""The hand of a trial of schedules: decides which delivery meets its duplicate, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from .._model.behaviour import Behaviour, Encounter, Redelivery
from .._model.delivery import Delivery
from .._model.schedule import ANSWER, Kind, Schedule
from .._runtime.clock.travel import ahead
from .._runtime.documents import with_one_twice
from .._runtime.gates import Dying, Failing, Gate, Holding, Pause
from .._runtime.recording import Recording
from .duplicates import Duplicates

# Longer than any lease of a work that takes seconds, shorter than the day for which senders keep keys.
LATER = 12 * 3600.0
_RETRY_LATER = frozenset({409, 423, 425, 429})
_MOST_COPIES = 3
_UNANSWERED = ("crash", "failure")
# What a recording says that leaves it open what the meeting showed.
_LIMITS = (
    "duplicate-never-ended",
    "one-shared-connection",
    "not-reproducible",
    "streaming",
    "seam-failed",
    "unsupported-database",
    "opaque-write",
    "large-table",
)


class Meetings(Duplicates):
    """Carries out one schedule on the deliveries of a test, or the sequential one on all of them.

    Args:
        behaviour: the behaviour whose plan says which deliveries are repeated.
        options: the marker's keywords.
        schedule: the schedule; None for the run that comes first, in which each duplicate comes after its
            delivery and the acts of each delivery are counted.
        controls: the deliveries of a run that nothing perturbed.
        asserted: a marker asked for it.

    Attributes:
        encounters: what came of it.
    """

    def __init__(
        self,
        behaviour: Behaviour,
        options: Mapping[str, Any],
        schedule: Schedule | None,
        controls: Sequence[Delivery],
        *,
        asserted: bool = True,
    ) -> None:
        super().__init__(behaviour, options, asserted=asserted)
        self.schedule = schedule
        self._controls = {control.number: control for control in controls}
        self.encounters: list[Encounter] = []

    def redeliveries(self, recording: Recording) -> tuple[Redelivery, ...]:  # type: ignore[override]
        """None: what is repeated meets its delivery."""
        return ()

    def meeting(self, recording: Recording) -> _Meeting | None:
        """How this delivery meets its duplicate."""
        if self.schedule is not None and self.schedule.delivery != recording.number:
            return None
        control = self._controls.get(recording.number)
        if control is None or control.operation != recording.operation:
            if self.schedule is not None:
                self._untried[recording.number] = "not-reproducible"
            return None
        if not self.repeats(control, recording.number):
            return None
        schedule = self.schedule or Schedule("sequential", recording.number)
        return _Meeting(self.encounters, schedule, self._options.get("key", ""))

    @property
    def untried(self) -> Mapping[int, str]:
        """The deliveries that were not tried, and why."""
        return self._untried


class _Meeting:
    """One delivery under one schedule."""

    def __init__(self, encounters: list[Encounter], schedule: Schedule, path: str) -> None:
        self._encounters = encounters
        self._schedule = schedule
        self._path = path
        self._gate = Gate()
        self._later = ExitStack()

    def change(self) -> Redelivery | None:
        return Redelivery("batch", self._path) if self._schedule.kind == "batch" else None

    def gate(self, pause: Pause) -> Gate:
        if self._schedule.kind == "race":
            self._gate = Holding(self._schedule.point, pause)
        elif self._schedule.kind == "crash":
            self._gate = Dying(self._schedule.point)
        elif self._schedule.kind == "failure":
            self._gate = Failing(self._schedule.point)
        return self._gate

    def redelivery(self) -> Redelivery:
        """A broker that got no acknowledgement flags the message when it hands it out again."""
        return Redelivery("redelivered" if self._schedule.kind in _UNANSWERED else "")

    def coming(self) -> bool:
        """The late duplicate finds the clock moved on; a changed batch says what it says by itself."""
        if self._schedule.kind == "late":
            self._later.enter_context(ahead(LATER))
        return self._schedule.kind != "batch"

    def again(self, copies: Sequence[Recording]) -> bool:
        """Without an answer a sender goes on until it has one, and a lease must have ended by then."""
        if self._schedule.kind not in _UNANSWERED or len(copies) >= _MOST_COPIES or not copies:
            return False
        status = copies[-1].status
        if status < 500 and status not in _RETRY_LATER:
            return False
        if len(copies) == _MOST_COPIES - 1:
            self._later.enter_context(ahead(LATER))
        return True

    def over(self, first: Recording, copies: Sequence[Recording], *, waited: bool) -> None:
        """Keep what came of it."""
        self._later.close()
        assert first.delivery is not None
        limits = first.limits.union(*(copy.limits for copy in copies))
        if self._schedule.kind == "race" and "test-transaction" in limits:
            limits.add("one-shared-connection")
        # A run that never came to the act shows nothing of the schedule.
        if len(self._gate.points) < self._schedule.point:
            limits.add("not-reproducible")
        self._encounters.append(
            Encounter(
                schedule=self._schedule,
                first=first.delivery,
                again=tuple(copy.delivery for copy in copies if copy.delivery is not None),
                together=first.together(copies),
                points=tuple(self._gate.points),
                batched=with_one_twice(first.arrival.body, self._path) is not None,
                waited=waited,
                limit=next((limit for limit in _LIMITS if limit in limits), ""),
            )
        )


def schedules(kind: Kind, discovered: Sequence[Encounter]) -> list[Schedule]:
    """The schedules of one kind to try, in a fixed order, from what the sequential run showed.

    Args:
        kind: not ``sequential``, which is the run that was.
        discovered: the sequential encounters.
    """
    if kind == "late":
        return [Schedule(kind, encounter.first.number) for encounter in discovered]
    if kind == "batch":
        return [Schedule(kind, encounter.first.number) for encounter in discovered if encounter.batched]
    if kind == "failure":
        return [
            Schedule(kind, encounter.first.number, number, point.act)
            for encounter in discovered
            for number, point in enumerate(encounter.points, start=1)
            if point.fallible
        ]
    found: list[Schedule] = []
    for encounter in discovered:
        behind = 0
        last = len(encounter.points)
        for number, point in enumerate(encounter.points, start=1):
            # Where nothing has been done since the last act, dying here is dying there; and before the next
            # act is as good as after the last one, where there is a next one.
            fresh = kind == "race" or point.progress > behind
            if fresh and not (point.act == ANSWER and number < last):
                found.append(Schedule(kind, encounter.first.number, number, point.act))
                behind = point.progress
    return found
