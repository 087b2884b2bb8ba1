"""Tries schedule after schedule, each in a fresh run of the same test, and keeps what came of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .._model.behaviour import Behaviour, Encounter, Trial
from .._model.delivery import Delivery
from .._model.schedule import Schedule
from .meetings import Meetings, schedules

MOST_SCHEDULES = 48

Run = Callable[[Meetings], None]


class Exploration:
    """The schedules of one variant.

    The variant's own item runs the last schedule, or once more the first that was broken: so a finding is
    seen twice before it is told, and a debugger stops in the run that shows it.

    Args:
        behaviour: whose trial it is.
        variant: static id.
        options: the marker's keywords.
        controls: the deliveries of a run that nothing perturbed.
        reads: the tables that the application was seen reading.
        shown: those that a delivery read without writing to them.
        asserted: a marker asked for it.
        replay: the only schedule to try, or None.
    """

    def __init__(
        self,
        behaviour: Behaviour,
        variant: str,
        options: Mapping[str, Any],
        controls: Sequence[Delivery],
        reads: frozenset[str],
        shown: frozenset[str],
        *,
        asserted: bool,
        replay: Schedule | None = None,
    ) -> None:
        self._behaviour = behaviour
        self._variant = variant
        self._options = options
        self._controls = controls
        self._reads = reads
        self._shown = shown
        self._asserted = asserted
        self._replay = replay
        self._encounters: list[Encounter] = []
        self._untried: dict[int, str] = {}
        self._broken: Schedule | None = None

    def explore(self, run: Run) -> Meetings:
        """Try all schedules but one, each in a run of its own; the one that is left is the item's own.

        Args:
            run: runs the test once with a director.
        """
        first = self._director(None)
        run(first)
        self._keep(first)
        if self._is_settled():
            return self._director(None)
        left = self._schedules()
        while len(left) > 1:
            director = self._director(left[0])
            run(director)
            self._keep(director)
            if self._is_broken([*self._plain(), *director.encounters]):
                self._broken = left[0]
                return self._director(left[0])
            left.pop(0)
        return self._director(left[0] if left else None)

    def trial(self, test: str, own: Meetings, own_failure: str) -> Trial:
        """Everything that was seen, the item's own run in the place of an earlier one of that schedule."""
        self._keep(own)
        if self._broken is not None and not self._is_broken([*self._plain(), *own.encounters]):
            self._untried[self._broken.delivery] = "not-reproducible"
        return self._trial(test, self._encounters, own_failure)

    def _schedules(self) -> list[Schedule]:
        kinds = self._behaviour.explores[self._variant]
        if self._replay is not None:
            return [self._replay] if self._replay.kind in kinds else []
        discovered = list(self._plain())
        found = [schedule for kind in kinds for schedule in schedules(kind, discovered)]
        for schedule in found[MOST_SCHEDULES:]:
            self._untried[schedule.delivery] = "capped"
        return found[:MOST_SCHEDULES]

    def _director(self, schedule: Schedule | None) -> Meetings:
        return Meetings(self._behaviour, self._options, schedule, self._controls, asserted=self._asserted)

    def _keep(self, director: Meetings) -> None:
        told = {encounter.schedule for encounter in director.encounters}
        self._encounters = [one for one in self._encounters if one.schedule not in told]
        self._encounters.extend(director.encounters)
        self._untried.update(director.untried)
        tried = director.schedule
        if tried is not None and not director.encounters:
            # It did not come about, and nobody said why: then nothing is proven by the others.
            self._untried.setdefault(tried.delivery, "not-reproducible")

    def _plain(self) -> Iterable[Encounter]:
        return (one for one in self._encounters if one.schedule.kind == "sequential")

    def _is_settled(self) -> bool:
        """Whether no schedule would show more: the plain duplicate of each delivery has a second effect."""
        judge = self._behaviour.judge
        assert judge is not None
        reasons = [judgement.verdict.reason for judgement in judge(self._trial("", self._encounters, ""))]
        return bool(reasons) and all(reason == "plain-duplicate" for reason in reasons)

    def _is_broken(self, encounters: Sequence[Encounter]) -> bool:
        judge = self._behaviour.judge
        assert judge is not None
        return any(judgement.findings for judgement in judge(self._trial("", encounters, "")))

    def _trial(self, test: str, encounters: Sequence[Encounter], own_failure: str) -> Trial:
        return Trial(
            test=test,
            variant=self._variant,
            encounters=tuple(encounters),
            controls={control.number: control for control in self._controls},
            untried=dict(self._untried),
            reads=self._reads,
            shown=self._shown,
            asserted=self._asserted,
            own_failure=own_failure,
        )
