"""Draws orders where there are too many to try them all, and shrinks what breaks to the fewest moves."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Sequence

from .._model.series import Order

# By how many places, whether to an earlier one, and which place is taken.
Move = tuple[int, bool, int]


def smallest(numbers: Order, breaks: Callable[[Order], bool], most: int) -> None:
    """Try orders until one breaks, then smaller ones; the same orders in every run.

    An order is drawn as a list of moves, so that fewer moves are the smaller example, and then shorter ones.

    Args:
        numbers: the order of the test itself.
        breaks: tries an order; it knows what it has tried, and tries no more than it may.
        most: how many orders are drawn.
    """
    from hypothesis import Phase, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import HypothesisWarning, NoSuchExample

    # Bits, and no integers: those are also drawn from the constants of whatever is imported just then.
    bits = st.tuples(*[st.booleans()] * (len(numbers) - 1).bit_length())
    place = bits.map(lambda drawn: int("".join(str(int(bit)) for bit in drawn), 2) % len(numbers))
    drawn = st.lists(st.tuples(place, st.booleans(), place), min_size=1, max_size=len(numbers))
    calm = settings(
        database=None,
        derandomize=True,
        deadline=None,
        max_examples=most,
        phases=(Phase.generate, Phase.shrink),
    )
    with warnings.catch_warnings(), contextlib.suppress(NoSuchExample):
        # What it has to say is about this use of it, and no user has made that.
        warnings.simplefilter("ignore", HypothesisWarning)
        find(drawn.map(lambda moves: moved(numbers, moves)), breaks, settings=calm)


def moved(numbers: Order, moves: Sequence[Move]) -> Order:
    """The order after some moves."""
    order = list(numbers)
    for distance, earlier, place in moves:
        target = place - distance if earlier else place + distance
        order.insert(max(target, 0), order.pop(place))
    return tuple(order)
