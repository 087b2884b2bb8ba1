"""Series: the deliveries that a test makes to one operation, and the orders in which they may come."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from .delivery import Delivery, Operation
from .schedule import Schedule

Order = tuple[int, ...]


@dataclass(frozen=True)
class Arrangement:
    """What became of a series in one run of the test.

    Args:
        schedule: the order in which its deliveries came.
        deliveries: all of them as they came; one that was told to come later is there twice.
        together: a delivery with the effects that all of them left together.
        limit: reason code why the run tells nothing, or "".
    """

    schedule: Schedule
    deliveries: tuple[Delivery, ...]
    together: Delivery
    limit: str = ""

    @property
    def last(self) -> Mapping[int, Delivery]:
        """By number, each delivery as it came last."""
        return {delivery.number: delivery for delivery in self.deliveries}


@dataclass(frozen=True)
class Series:
    """The deliveries that a test makes to one operation.

    Args:
        operation: that operation.
        numbers: which of the test's deliveries, in its own order.
        clean: the same deliveries in runs in which each came where the test makes it, by number.
        arrangements: what became of them when all came at once, in the test's own order and in others.
        untried: reason code why no order was tried, or "".
    """

    operation: Operation
    numbers: Order
    clean: tuple[Mapping[int, Delivery], ...] = ()
    arrangements: tuple[Arrangement, ...] = ()
    untried: str = ""

    @property
    def own(self) -> tuple[Arrangement, ...]:
        """What became of them in the test's own order."""
        return tuple(one for one in self.arrangements if one.schedule.order == self.numbers)

    @property
    def others(self) -> tuple[Arrangement, ...]:
        """What became of them in other orders, the smallest first."""
        others = [one for one in self.arrangements if one.schedule.order != self.numbers]
        return tuple(sorted(others, key=lambda one: size(one.schedule.order)))


def size(order: Order) -> tuple[int, int, Order]:
    """How far an order is from the rising one: deliveries that were moved, pairs that have changed places."""
    swapped = sum(early > late for early, late in combinations(order, 2))
    return (len(order) - _longest_rise(order), swapped, order)


def orders(numbers: Order) -> list[Order]:
    """All orders but the rising one, the smallest first."""
    return sorted((order for order in permutations(numbers) if order != numbers), key=size)


def _longest_rise(order: Sequence[int]) -> int:
    """The length of the longest rising part: whatever is outside of it was moved."""
    ends: list[int] = []
    for number in order:
        place = bisect_left(ends, number)
        ends[place : place + 1] = [number]
    return len(ends)
