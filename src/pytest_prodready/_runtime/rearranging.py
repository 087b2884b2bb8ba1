"""One run of a test in which a series of deliveries is captured, or comes in an order of the trial's own."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from .._model.delivery import Delivery
from .recording import Arrival, Recording


class Sent(Protocol):
    """As much of an inbound request as is needed here."""

    arrival: Arrival


@dataclass
class Rearranging:
    """One run of a test.

    Args:
        order: the numbers of the deliveries in the order in which they are to come; empty in the run that
            captures them.
        captured: the requests by number, as the capturing run sent them.
        retried: the numbers of those that come again where they are told to come later.
        shifted: chance decides otherwise in this run, also where a plugin seeds it alike for every test.

    Attributes:
        recordings: by number, what the capturing run wrote down.
        copies: the deliveries in the order in which they came.
        answers: what each was answered last.
        failures: what it raised, in place of an answer.
        limits: reason codes why the run tells nothing.
        together: what all of them left.
        begun: the series was delivered.
    """

    order: tuple[int, ...] = ()
    captured: dict[int, Any] = field(default_factory=dict)
    retried: Container[int] = ()
    shifted: bool = False
    recordings: dict[int, Recording] = field(default_factory=dict)
    copies: list[Recording] = field(default_factory=list)
    answers: dict[int, Any] = field(default_factory=dict)
    failures: dict[int, BaseException] = field(default_factory=dict)
    limits: set[str] = field(default_factory=set)
    together: Delivery | None = None
    begun: bool = False

    def takes(self, recording: Recording, request: Sent) -> bool:
        """Whether this delivery of the test is answered here; otherwise it just passes."""
        number = recording.number
        if not self.order:
            self.captured[number] = request
            self.recordings[number] = recording
            return False
        if self.begun != (number != min(self.order)) or not _same(self.captured[number], request):
            self.limits.add("not-reproducible")
            return False
        if self.begun and number not in self.answers and number not in self.failures:
            self.limits.add("fixed-order")
            return False
        return True

    def begin(self, copy: Recording) -> None:
        """A delivery of the series is about to be made."""
        self.copies.append(copy)
        self.answers.pop(copy.number, None)
        self.failures.pop(copy.number, None)

    def waiting(self, later: Container[int]) -> list[int]:
        """The numbers of those that were told to come later, in the test's own order."""
        last: Mapping[int, Delivery | None] = {copy.number: copy.delivery for copy in self.copies}
        return [
            number
            for number, delivery in sorted(last.items())
            if number in self.retried and delivery is not None and _waits(delivery, later)
        ]

    def status(self, number: int) -> int:
        """What a delivery was answered last."""
        return next((copy.status for copy in reversed(self.copies) if copy.number == number), 0)

    def end(self, first: Recording) -> None:
        """All of them have ended: keep what they left together."""
        first.close(self.status(first.number), b"", self.failures.get(first.number))
        self.together = first.together(self.copies)
        self.limits.update(*(copy.limits for copy in self.copies))
        for each in (first, *self.copies):
            each.sources.clear()


def _waits(delivery: Delivery, later: Container[int]) -> bool:
    answer = delivery.answer
    return not answer.succeeded if answer.called else answer.status in later


def _same(one: Sent, other: Sent) -> bool:
    """Whether two runs have sent the same request."""
    sent = [(each.arrival.method, each.arrival.url, each.arrival.body) for each in (one, other)]
    return sent[0] == sent[1]
