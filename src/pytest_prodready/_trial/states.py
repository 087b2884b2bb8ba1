"""Two final states laid side by side: what the same deliveries left in two orders.

Nothing here knows a name of a table or column. What depends on the order in a correct application is told
from what must not by what it is: numbers that a database gives its rows, and whatever refers to them;
moments; versions, which count what was applied; logs, which tell what happened to each delivery.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from .._model.behaviour import Exchange
from .._model.delivery import Delivery
from .._model.effect import RowEffect
from .._model.series import Arrangement, Series
from .._runtime.digest import digest
from .significance import bookkeeping, volatile_columns, without_own_session

_IDENTITY = ""  # the column of what is told apart by a name, such as a key of Redis
_MOST_READINGS = 512
_EMPTY = digest(None)
_SHAPE = "#"
Run = Mapping[int, Delivery]
# Column to the table that it is taken to refer to, or to the mark of a text whose numbers do not count.
Reading = Mapping[str, str]


@dataclass(frozen=True)
class Ground:
    """What is known of the tables that a series writes to.

    Args:
        aside: columns that chance, the clock or a count decides.
        logs: tables that tell what happened, and that nobody reads.
        numbered: tables whose rows get their identity by the order in which they come.
    """

    aside: Mapping[str, frozenset[str]] = field(default_factory=dict)
    logs: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Difference:
    """A row that another order left otherwise.

    Args:
        kind: it is there in both orders and ``different``, or ``missing`` in the other, or ``surplus``.
        row: as the other order left it; where it is missing as the test's own did.
        columns: those in which it differs.
    """

    kind: Literal["different", "missing", "surplus"]
    row: RowEffect
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.columns:
            return str(self.row)
        what = {"insert": "inserted", "change": "changed", "delete": "deleted"}[self.row.action]
        named = (f"{name}: {self._nature(name)}" for name in self.columns)
        return f"{self.row.table}: 1 row {what} ({', '.join(named)})"

    def _nature(self, name: str) -> str:
        return "number" if name in self.row.numbers else "value"


def ground(series: Series, reads: frozenset[str]) -> Ground:
    """What all runs of a series tell of its tables.

    Args:
        series: with its runs.
        reads: tables that the application was seen reading.
    """
    rows = _all_rows(series)
    aside: dict[str, set[str]] = {}
    for one, other in (*_pairs(series.clean), *_pairs([own.last for own in series.own])):
        for number in one.keys() & other.keys():
            volatile = volatile_columns(Exchange(first=one[number], control=other[number]))
            for table, names in volatile.items():
                aside.setdefault(table, set()).update(names)
    for table, names in _versions(rows).items():
        aside.setdefault(table, set()).update(names)
    return Ground(
        {table: frozenset(names) for table, names in aside.items()}, _logs(rows, reads), _numbered(series)
    )


def differences(own: Sequence[Delivery], other: Sequence[Delivery], known: Ground) -> list[Difference]:
    """What another order left otherwise, the rows in the order of their tables.

    Args:
        own: what the test's own order left, a delivery or several.
        other: what the other order left.
        known: the ground of both.
    """
    mine, theirs = _State.of(own, known), _State.of(other, known)
    return [
        difference
        for table in sorted(mine.rows.keys() | theirs.rows.keys())
        for difference in _differing(table, mine, theirs, known)
    ]


@dataclass(frozen=True)
class _State:
    rows: Mapping[str, list[RowEffect]]
    new: Mapping[str, Mapping[int, RowEffect]]
    asked: bool

    @classmethod
    def of(cls, deliveries: Sequence[Delivery], known: Ground) -> _State:
        rows: dict[str, list[RowEffect]] = {}
        new: dict[str, dict[int, RowEffect]] = {table: {} for table in known.numbered}
        for delivery in deliveries:
            for row in _rows(delivery):
                if row.table in known.logs or (row.action == "change" and not _compared(row, known)):
                    continue
                rows.setdefault(row.table, []).append(row)
                if row.action == "insert" and row.table in new and row.identity is not None:
                    new[row.table][row.identity] = row
        return cls(rows, new, any(delivery.calls for delivery in deliveries))


def _differing(table: str, mine: _State, theirs: _State, known: Ground) -> list[Difference]:
    """Nothing where there is a reading of the table's columns under which both states are the same."""
    best: list[Difference] | None = None
    for reading in _readings(table, mine, theirs, known):
        one = _signed(mine, table, reading, known)
        other = _signed(theirs, table, reading, known)
        found = _unmatched(one, other, reading, known)
        if best is None or len(found) < len(best):
            best = found
        if not best:
            return []
    return best or []


def _unmatched(
    one: list[tuple[Hashable, RowEffect]],
    other: list[tuple[Hashable, RowEffect]],
    reading: Reading,
    known: Ground,
) -> list[Difference]:
    lost, more = _beyond(one, other), _beyond(other, one)
    found: list[Difference] = []
    for row in more:
        same = [each for each in lost if each.action == row.action]
        if not same:
            found.append(Difference("surplus", row))
            continue
        like = min(same, key=lambda each: len(_columns(each, row, reading, known)))
        lost.remove(like)
        found.append(Difference("different", row, _columns(like, row, reading, known)))
    return [*found, *(Difference("missing", row) for row in lost)]


def _beyond(
    some: Iterable[tuple[Hashable, RowEffect]], others: Iterable[tuple[Hashable, RowEffect]]
) -> list[RowEffect]:
    left = Counter(signature for signature, _ in others)
    found: list[RowEffect] = []
    for signature, row in some:
        left[signature] -= 1
        if left[signature] < 0:
            found.append(row)
    return found


def _columns(one: RowEffect, other: RowEffect, reading: Reading, known: Ground) -> tuple[str, ...]:
    mine, theirs = _compared(one, known), _compared(other, known)
    names = sorted(mine.keys() | theirs.keys())
    return tuple(name for name in names if name not in reading and mine.get(name) != theirs.get(name))


def _compared(row: RowEffect, known: Ground) -> dict[str, int]:
    """The columns that count, less the row's own number; of a change those of the whole row."""
    left = dict(row.digests)
    if not row.key and row.identity is not None:
        left[_IDENTITY] = row.identity
    numbered = row.table in known.numbered and row.action == "insert"
    aside = known.aside.get(row.table, frozenset()) | row.moments
    own_number = {*row.key, _IDENTITY} if numbered else set()
    left = {name: value for name, value in left.items() if name not in aside | own_number}
    if row.action == "change" and not set(row.columns) & left.keys():
        return {}
    return left


def _signed(state: _State, table: str, reading: Reading, known: Ground) -> list[tuple[Hashable, RowEffect]]:
    return [(_signature(row, state, reading, known), row) for row in state.rows.get(table, ())]


def _signature(row: RowEffect, state: _State, reading: Reading, known: Ground) -> Hashable:
    values: dict[str, Hashable] = dict(_compared(row, known))
    for name in values.keys() & reading.keys():
        if reading[name] == _SHAPE:
            values[name] = row.shapes.get(name, values[name])
            continue
        parent = state.new[reading[name]].get(row.digests[name])
        if parent is not None:
            values[name] = frozenset(_lasting(parent, known).items())
    return (row.action, frozenset(values.items()))


def _lasting(row: RowEffect, known: Ground) -> dict[str, int]:
    """What tells a row whatever its number is, and whatever numbers it refers to."""
    compared = _compared(row, known)
    words = {name: value for name, value in compared.items() if name not in row.numbers}
    return words or compared


def _readings(table: str, mine: _State, theirs: _State, known: Ground) -> Iterable[Reading]:
    """How columns may be meant: as they are; as the number of a new row; as words around one."""
    rows = [(state, row) for state in (mine, theirs) for row in state.rows.get(table, ())]
    names = {name for _, row in rows for name in _compared(row, known)}
    choices: dict[str, list[str]] = {}
    for name in sorted(names):
        for parent in sorted(known.numbered):
            if all(_may_refer(row, name, state.new[parent]) for state, row in rows):
                choices.setdefault(name, []).append(parent)
        if _hands_out(mine, theirs) and any(name in row.shapes for _, row in rows):
            choices.setdefault(name, []).append(_SHAPE)
    options = [[None, *parents] for parents in choices.values()]
    size = 1
    for option in options:
        size *= len(option)
    if size > _MOST_READINGS:
        options = [[parents[0]] for parents in choices.values()]
        yield {}
    for chosen in product(*options):
        pairs = zip(choices, chosen, strict=True)
        yield {name: parent for name, parent in pairs if parent is not None}


def _may_refer(row: RowEffect, name: str, new: Mapping[int, RowEffect]) -> bool:
    """Whether a column may hold the number of a new row; what is empty refers to none."""
    value = row.digests.get(name, _EMPTY)
    return value == _EMPTY or (name in row.numbers and value in new)


def _hands_out(mine: _State, theirs: _State) -> bool:
    """Whether something gave numbers in the order of arrival: a dependency, or the tables themselves."""
    return any(state.asked for state in (mine, theirs)) or any(
        mine.new[table].keys() != theirs.new[table].keys()
        or any(
            mine.new[table][number].digests != theirs.new[table][number].digests for number in mine.new[table]
        )
        for table in mine.new
    )


def _rows(delivery: Delivery) -> list[RowEffect]:
    return [row for row in without_own_session(delivery.rows) if not row.session]


def _all_rows(series: Series) -> list[RowEffect]:
    runs: list[Run] = [*series.clean, *(one.last for one in series.arrangements)]
    return [row for run in runs for delivery in run.values() for row in _rows(delivery)]


def _pairs(runs: Sequence[Run]) -> list[tuple[Run, Run]]:
    return [(runs[0], run) for run in runs[1:]]


def _logs(rows: Sequence[RowEffect], reads: frozenset[str]) -> frozenset[str]:
    """Tables that nobody reads or refers to, and where deliveries only note when something happened."""
    tables = {row.table for row in rows} - reads - {row.table for row in rows if row.referenced}
    return frozenset(tables - {row.table for row in rows if not _notes(row)})


def _notes(row: RowEffect) -> bool:
    return row.tally or bookkeeping(row) or (row.action == "insert" and row.dated)


def _versions(rows: Sequence[RowEffect]) -> Mapping[str, set[str]]:
    """Columns that are only ever changed by counting up, and never alone."""
    counts: dict[tuple[str, str], bool] = {}
    for row in rows:
        alone = set(row.columns.values()) <= {"temporal", "counter"}
        for name, nature in row.columns.items():
            counts_up = nature == "counter" and not alone
            counts[row.table, name] = counts.get((row.table, name), True) and counts_up
    versions: dict[str, set[str]] = {}
    for (table, name), version in counts.items():
        if version:
            versions.setdefault(table, set()).add(name)
    return versions


def _numbered(series: Series) -> frozenset[str]:
    """Tables whose new rows get a number, unless it is seen that the deliveries bring it with them."""
    rows = [row for row in _all_rows(series) if row.action == "insert"]
    numbers = {row.table for row in rows if len(row.key) == 1 and row.key[0] in row.numbers}
    names = {row.table for row in rows if not row.key and row.identity is not None}
    brought = {table for table in numbers if _brought(series, table, by_place=True)}
    brought |= {table for table in names if _brought(series, table, by_place=False)}
    return frozenset((numbers | names) - brought)


def _brought(series: Series, table: str, *, by_place: bool) -> bool:
    """Whether each delivery inserts rows of the same identity in every order.

    Args:
        series: with its runs.
        table: the table.
        by_place: only those deliveries tell that came when another number of rows had been inserted.
    """
    told = not by_place
    own = _inserted(series.own[0], table) if series.own else {}
    for other in series.others:
        for number, (before, identities) in _inserted(other, table).items():
            known_before, known = own.get(number, (0, ()))
            if len(known) != len(identities) or not identities:
                continue
            if by_place and known_before == before:
                continue
            if known != identities:
                return False
            told = True
    return told


def _inserted(run: Arrangement, table: str) -> dict[int, tuple[int, tuple[int | None, ...]]]:
    """Delivery to how many rows of the table were inserted before it, and the identities that it inserted."""
    before, inserted = 0, {}
    for delivery in run.deliveries:
        rows = [row for row in _rows(delivery) if row.table == table and row.action == "insert"]
        inserted[delivery.number] = (before, tuple(row.identity for row in rows))
        before += len(rows)
    return inserted
