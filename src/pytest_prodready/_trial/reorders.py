"""Tries order after order of the deliveries that a test makes to one operation, each in a fresh run of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from .._model.behaviour import Behaviour, Trial
from .._model.delivery import Delivery, Operation
from .._model.schedule import Schedule
from .._model.series import Arrangement, Order, Series, orders, size
from .._model.verdict import BLINDING
from .._runtime.rearranging import Rearranging
from .._runtime.recorder import Meeting
from .._runtime.recording import Recording
from .drawing import smallest
from .exploration import MOST_SCHEDULES, Exploration, Run
from .meetings import Meetings

# All orders of so many deliveries are tried; of more, some are drawn.
_MOST_IN_FULL = 4
_MOST_DELIVERIES = 12
# How often an order that seemed to break is taken back before the rest is believed.
_MOST_DOUBTS = 5
# What a recording says that leaves it open what the deliveries left together.
_LIMITS = ("not-reproducible", "fixed-order", "streaming", "streaming-request", *BLINDING)


class Reorders(Meetings):
    """The hand of one run: it captures all series of a test, or rearranges one of them.

    Args:
        behaviour: whose trial it is.
        options: the marker's keywords.
        controls: the deliveries of a run that nothing perturbed.
        series: those that are tried.
        run: what is made of their deliveries in this run.
    """

    def __init__(
        self,
        behaviour: Behaviour,
        options: Mapping[str, Any],
        controls: Sequence[Delivery],
        series: Sequence[Series],
        run: Rearranging,
    ) -> None:
        super().__init__(behaviour, options, None, controls)
        self._numbers = {number: one.operation for one in series for number in one.numbers}
        self.run = run

    def meeting(self, recording: Recording) -> Meeting | None:  # type: ignore[override]
        """None: nothing is delivered twice."""
        return None

    def rearranging(self, recording: Recording) -> Rearranging | None:
        """The run, where the delivery belongs to what it captures or rearranges."""
        if recording.number not in (self.run.order or self._numbers):
            return None
        if recording.operation != self._numbers[recording.number]:
            self.run.limits.add("not-reproducible")
            return None
        return self.run

    def arrangement(self) -> Arrangement:
        """What came of the order."""
        run, schedule = self.run, Schedule.of(self.run.order)
        if run.together is None:
            nothing = self._controls[min(run.order)]
            return Arrangement(schedule, (), replace(nothing, effects=()), "not-reproducible")
        made = tuple(copy.delivery for copy in run.copies if copy.delivery is not None)
        limit = next((limit for limit in _LIMITS if limit in run.limits), "")
        return Arrangement(schedule, made, run.together, limit)


class Reordering(Exploration):
    """The orders of one variant.

    In a trial all deliveries of a series come where the first one does, so the reference is the test's own
    order delivered in the same way. The variant's own item runs the smallest order that breaks once more, or
    where none does the test's own.
    """

    _series: list[Series]
    _captured: Mapping[int, Any]

    def explore(self, run: Run) -> Meetings:
        """Try the orders, each in a run of its own.

        Args:
            run: runs the test once with a director.
        """
        self._series = self._found()
        self._captured = self._capture(run)
        for index, series in enumerate(self._series):
            if not series.untried:
                self._try(run, index, series.numbers)
        for _ in range(_MOST_DOUBTS):
            found = self._search(run)
            if found is None:
                break
            index, order = found
            # Once more in the test's own order: what the clock and chance decide is otherwise by now.
            self._try(run, index, self._series[index].numbers, shifted=True)
            if self._breaks(index, order):
                self._broken = Schedule.of(order)
                return self._hand(order)
        own = next((series.numbers for series in self._series if not series.untried), ())
        return self._hand(own)

    def trial(self, test: str, own: Meetings, own_failure: str) -> Trial:
        """Everything that was seen, the item's own run in the place of the earlier one of that order."""
        assert isinstance(own, Reorders)
        order = own.run.order
        for index, series in enumerate(self._series):
            if order and order[0] in series.numbers:
                self._keep_arrangement(index, own.arrangement())
                if self._broken is not None and not self._breaks(index, order):
                    self._series[index] = replace(self._series[index], untried="not-reproducible")
        return self._told(test, self._series, own_failure)

    def _found(self) -> list[Series]:
        """The writes of the test by their operations."""
        numbers: dict[Operation, list[int]] = {}
        for control in self._controls:
            if control.operation is not None and not control.safe:
                numbers.setdefault(control.operation, []).append(control.number)
        clean = {control.number: control for control in self._controls}
        series = [
            Series(operation, tuple(found), ({number: clean[number] for number in found},))
            for operation, found in numbers.items()
        ]
        return [replace(one, untried=_untried(one)) for one in series]

    def _capture(self, run: Run) -> Mapping[int, Any]:
        """Run the test as it is and keep its requests."""
        tried = [series for series in self._series if not series.untried]
        if not tried:
            return {}
        hand = Reorders(self._behaviour, self._options, self._controls, tried, Rearranging())
        run(hand)
        seen = {
            number: recording.delivery
            for number, recording in hand.run.recordings.items()
            if recording.delivery is not None
        }
        self._series = [series if series.untried else _captured(series, seen) for series in self._series]
        return hand.run.captured

    def _search(self, run: Run) -> tuple[int, Order] | None:
        """The smallest order that breaks, of the first series that has one."""
        for index, series in enumerate(self._series):
            if series.untried or any(own.limit for own in series.own):
                continue
            if self._replay is not None:
                wanted = [self._replay.order] if sorted(self._replay.order) == list(series.numbers) else []
            elif len(series.numbers) <= _MOST_IN_FULL:
                wanted = orders(series.numbers)
            else:
                smallest(series.numbers, partial(self._tried, run, index), MOST_SCHEDULES)
                wanted = []
            for order in wanted:
                if self._tried(run, index, order):
                    return index, order
            broken = [one.schedule.order for one in series.others if self._breaks(index, one.schedule.order)]
            if broken:
                return index, min(broken, key=size)
        return None

    def _tried(self, run: Run, index: int, order: Order) -> bool:
        """Whether an order breaks; beyond so many it is not tried any more."""
        series = self._series[index]
        if all(one.schedule.order != order for one in series.arrangements):
            if sum(len(one.others) for one in self._series) >= MOST_SCHEDULES:
                return False
            self._try(run, index, order)
        return self._breaks(index, order)

    def _try(self, run: Run, index: int, order: Order, *, shifted: bool = False) -> None:
        hand = self._hand(order)
        hand.run.shifted = shifted
        run(hand)
        self._series[index] = self._with(index, hand.arrangement())

    def _hand(self, order: Order) -> Reorders:
        """The director of one run; without an order it lets everything pass."""
        tried = [series for series in self._series if not series.untried]
        clean = {number: delivery for series in tried for number, delivery in series.clean[0].items()}
        retried = frozenset(number for number, delivery in clean.items() if delivery.answer.succeeded)
        run = Rearranging(order, dict(self._captured), retried)
        return Reorders(self._behaviour, self._options, self._controls, tried, run)

    def _keep_arrangement(self, index: int, arrangement: Arrangement) -> None:
        series, order = self._series[index], arrangement.schedule.order
        if order != series.numbers:  # of the test's own order all is kept: it tells what chance does
            others = tuple(one for one in series.arrangements if one.schedule.order != order)
            self._series[index] = replace(series, arrangements=others)
        self._series[index] = self._with(index, arrangement)

    def _with(self, index: int, arrangement: Arrangement) -> Series:
        series = self._series[index]
        return replace(series, arrangements=(*series.arrangements, arrangement))

    def _breaks(self, index: int, order: Order) -> bool:
        """Whether this order alone, beside the test's own, shows a finding."""
        series = self._series[index]
        shown = tuple(one for one in series.arrangements if one.schedule.order in (order, series.numbers))
        judge = self._behaviour.judge
        assert judge is not None
        told = self._told("", [replace(series, arrangements=shown)], "")
        return order != series.numbers and any(judgement.findings for judgement in judge(told))

    def _told(self, test: str, series: Sequence[Series], own_failure: str) -> Trial:
        return replace(self._trial(test, (), own_failure), series=tuple(series))


def _untried(series: Series) -> str:
    """Why no order of a series can be tried, or ""."""
    if len(series.numbers) == 1:
        return "one-delivery"
    if len(series.numbers) > _MOST_DELIVERIES:
        return "capped"
    deliveries = series.clean[0].values()
    if any(call.real for delivery in deliveries for call in delivery.calls):
        return "unsafe"
    limits = {limit for delivery in deliveries for limit in delivery.limits}
    return next((limit for limit in _LIMITS if limit in limits), "")


def _captured(series: Series, seen: Mapping[int, Delivery]) -> Series:
    """A series with what the capturing run saw of it."""
    mine = {number: seen[number] for number in series.numbers if number in seen}
    known = series.clean[0]
    same = [
        number in mine
        and mine[number].request == known[number].request
        and mine[number].answer.status == known[number].answer.status
        for number in series.numbers
    ]
    again = replace(series, clean=(known, mine))
    limits = {limit for delivery in mine.values() for limit in delivery.limits}
    blind = next((limit for limit in _LIMITS if limit in limits), "")
    return replace(again, untried=blind if all(same) else "not-reproducible")
