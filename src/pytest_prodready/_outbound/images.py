"""Images of tables before and after, and their difference as effects without values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from .._model.effect import Nature
from .._runtime.digest import digest
from .._runtime.moments import Interval, real_monotonic
from .questions import Asking
from .schemas import Schema
from .statements import Table

MOST_ROWS = 5_000
_FINEST = 1e-9
_DIGITS = re.compile(r"\d+")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Image:
    """The rows of a table at one moment.

    Args:
        columns: names, in the order of the values.
        keyed: primary key to row; empty where the table has no primary key.
        loose: rows of a table without a primary key, counted.
        moment: when it was taken, on a clock of its own.
    """

    columns: tuple[str, ...]
    keyed: Mapping[Row, Row]
    loose: Counter[Row]
    moment: float = field(default_factory=real_monotonic)

    def completed(self, before: Image, other: Image) -> Image:
        """What is left when two transactions have committed, this one last.

        Args:
            before: what this one saw before it wrote.
            other: what the other one left. A transaction that reads a snapshot does not see it.
        """
        unseen = {
            key: row
            for key, row in other.keyed.items()
            if before.keyed.get(key) == self.keyed.get(key) and self.keyed.get(key) != row
        }
        return replace(self, keyed={**self.keyed, **unseen}) if unseen else self


@dataclass(frozen=True)
class Difference:
    """One row that is not as it was; ``before`` or ``after`` is None where it did not exist."""

    key: Row | None
    before: Row | None
    after: Row | None


def take(schema: Schema, table: Table) -> Asking[Image | None]:
    """Read a table over the connection at hand; None where it has more than ``MOST_ROWS`` rows."""
    names, rows = yield f"SELECT * FROM {schema.quote(table)} LIMIT {MOST_ROWS + 1}"
    if len(rows) > MOST_ROWS:
        return None
    columns = tuple(names)
    frozen = [row if _is_frozen(row) else tuple(_freeze(value) for value in row) for row in rows]
    primary = [columns.index(name) for name in schema.keys.get(table, ()) if name in columns]
    if not primary:
        return Image(columns, {}, Counter(frozen))
    return Image(columns, {tuple(row[index] for index in primary): row for row in frozen}, Counter())


def compare(before: Image, after: Image) -> Iterator[Difference]:
    """The rows that differ, in the order of the later image, then those that are gone."""
    for key, row in after.keyed.items():
        previous = before.keyed.get(key)
        if previous != row:
            yield Difference(key, previous, row)
    for key, row in before.keyed.items():
        if key not in after.keyed:
            yield Difference(key, row, None)
    for row in (after.loose - before.loose).elements():
        yield Difference(None, None, row)
    for row in (before.loose - after.loose).elements():
        yield Difference(None, row, None)


def natures(
    columns: Sequence[str], difference: Difference, interval: Interval, booleans: set[str]
) -> dict[str, Nature]:
    """The changed columns of a row that existed before and after, and the nature of each change."""
    pairs = zip(columns, difference.before or (), difference.after or (), strict=False)
    return {
        name: _nature(old, new, interval, counts=name not in booleans)
        for name, old, new in pairs
        if old != new
    }


def is_tally(columns: Sequence[str], difference: Difference, interval: Interval, booleans: set[str]) -> bool:
    """Whether the row is a key with numbers and moments, and no more than counts.

    A change counts up by one, or moves a number with the clock, as a bucket of tokens fills: its fraction is
    finer than any amount. An amount that changes beside a moment is none.
    """
    row = difference.after
    if row is None or booleans or not any(interval.holds(value) for value in row):
        return False
    known = difference.key or ()
    others = [value for value in row if value is not None and not interval.holds(value)]
    if sum(not _is_number(value) for value in others if value not in known) > 1:
        return False
    if difference.before is None:
        numbers = [value for value in others if _is_number(value) and value not in known]
        keyed = any(not _is_number(value) for value in others)
        return keyed and bool(numbers) and all(value in (0, 1) or _is_clocked(value) for value in numbers)
    pairs = zip(difference.before, row, strict=False)
    changes = [(_nature(old, new, interval, counts=True), new) for old, new in pairs if old != new]
    counted = [(nature, new) for nature, new in changes if nature != "temporal"]
    return bool(counted) and all(nature == "counter" or _is_clocked(new) for nature, new in counted)


def _is_clocked(value: Any) -> bool:
    return isinstance(value, float) and abs(value - round(value, 4)) > _FINEST


def hashes(columns: Sequence[str], row: Row) -> dict[str, int]:
    """Column to salted hash."""
    return {name: digest(value) for name, value in zip(columns, row, strict=True)}


def deltas(columns: Sequence[str], before: Row, after: Row) -> dict[str, int]:
    """Column to the salted hash of the difference, where a number became another number."""
    return {
        name: digest(Decimal(str(new)) - Decimal(str(old)))
        for name, old, new in zip(columns, before, after, strict=False)
        if old != new and _is_number(old) and _is_number(new)
    }


def numbers(columns: Sequence[str], row: Row) -> frozenset[str]:
    """The columns that hold a number; a truth value is none."""
    return frozenset(name for name, value in zip(columns, row, strict=True) if _is_number(value))


def moments(columns: Sequence[str], row: Row, interval: Interval) -> frozenset[str]:
    """The columns that hold a moment within the delivery."""
    return frozenset(name for name, value in zip(columns, row, strict=True) if interval.holds(value))


def shapes(columns: Sequence[str], row: Row) -> dict[str, int]:
    """Column to the salted hash of its text with every number in it left out, where there is one."""
    texts = {name: value for name, value in zip(columns, row, strict=True) if isinstance(value, str)}
    return {name: digest(_DIGITS.sub("#", text)) for name, text in texts.items() if _DIGITS.search(text)}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _nature(old: Any, new: Any, interval: Interval, *, counts: bool) -> Nature:
    if interval.holds(new):
        return "temporal"
    if old is None:
        return "filled"
    if counts and type(old) is int and type(new) is int and new == old + 1:
        return "counter"
    return "value"


def _is_frozen(row: Row) -> bool:
    try:
        hash(row)
    except TypeError:
        return False
    return True


def _freeze(value: Any) -> Any:
    """Values of JSON and array columns are not hashable."""
    if isinstance(value, (dict, list, set, bytearray, memoryview)):
        return bytes(value) if isinstance(value, (bytearray, memoryview)) else repr(value)
    return value
