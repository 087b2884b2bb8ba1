"""The hand of a trial: decides, delivery by delivery, what is sent again, and keeps what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._model.behaviour import Behaviour, Exchange, Redelivery
from .._model.delivery import Delivery
from .._runtime.documents import value_at
from .._runtime.recorder import Ledger, Meeting, standard_key
from .._runtime.recording import Arrival, Recording

# Why a delivery is not repeated, whatever the plan says.
_UNREPEATED = ("overlapping", "unfinished", "streaming", "streaming-request")
# A test that loops over an operation proves no more by its fortieth duplicate than by its third.
MOST_PER_OPERATION = 3


class Duplicates:
    """Carries out a behaviour's plan on the deliveries of one test.

    Args:
        behaviour: the behaviour whose plan is asked.
        options: the marker's keywords.
        asserted: a marker asked for it; a probe repeats nothing on another machine's database.
        most: how many deliveries of one operation are repeated.
    """

    def __init__(
        self,
        behaviour: Behaviour,
        options: Mapping[str, Any],
        *,
        asserted: bool = True,
        most: int = MOST_PER_OPERATION,
    ) -> None:
        self._behaviour = behaviour
        self._options = options
        self._asserted = asserted
        self._most = most
        self._tried: Counter[object] = Counter()
        self._untried: dict[int, str] = {}

    def key_of(self, arrival: Arrival) -> str | None:
        """By the marker's ``key`` (a header or a path into a JSON body), else by the standard header."""
        name = self._options.get("key")
        if name is None:
            return standard_key(arrival)
        return arrival.headers.get(name.lower()) or value_at(arrival.body, name)

    def redeliveries(self, recording: Recording) -> Iterator[Redelivery]:
        """The plan's redeliveries, as far as they can be made."""
        if recording.delivery is None:
            return
        for redelivery in self.repeats(recording.delivery, recording.number):
            accepted = {told.change for told, copy in recording.told if copy.answer.accepted}
            if not redelivery.given or redelivery.given in accepted:
                yield redelivery

    def meeting(self, recording: Recording) -> Meeting | None:
        """None: each duplicate comes after its delivery."""
        return None

    def repeats(self, first: Delivery, number: int) -> Sequence[Redelivery]:
        """The plan's redeliveries of a delivery; the reason why there are none is kept under its number."""
        if self._behaviour.plan is None:
            return ()
        plan = self._behaviour.plan(first, self._options)
        if plan and not self._asserted and "remote-database" in first.limits:
            plan = "remote-database"
        if isinstance(plan, str):
            self._untried[number] = plan
            return ()
        if plan:
            self._tried[first.operation] += 1
            if self._tried[first.operation] > self._most:
                self._untried[number] = "capped"
                return ()
        return plan

    def exchanges(self, ledger: Ledger, control: Sequence[Delivery]) -> tuple[Exchange, ...]:
        """What became of each delivery, beside the same delivery of the control run."""
        return tuple(
            self._exchange(recording, recording.delivery, control)
            for recording in ledger.recordings
            if recording.delivery is not None
        )

    def _exchange(self, recording: Recording, first: Delivery, control: Sequence[Delivery]) -> Exchange:
        twin = next((other for other in control if other.number == first.number), None)
        untried = self._untried.get(recording.number, "")
        if not untried and not recording.told:
            reasons = [limit for limit in _UNREPEATED if limit in first.limits]
            # An exception that left the application ended the conversation before any plan was asked.
            untried = next(iter(reasons), "" if first.answer.succeeded else "first-refused")
        return Exchange(
            first=first,
            control=twin if twin is not None and twin.operation == first.operation else None,
            again=tuple(delivery for redelivery, delivery in recording.told if not redelivery.change),
            changed={told.change: delivery for told, delivery in recording.told if told.change},
            untried=untried,
        )
