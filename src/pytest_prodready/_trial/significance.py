"""Which effects matter: what a correct application leaves behind anyway is told from what it must not.

Nothing here knows a name of a table or column. A moment within the delivery, a counter, a log that nobody
reads and a call that carries the same key twice are recognised by what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .._model.behaviour import Exchange, Suite
from .._model.delivery import Delivery
from .._model.effect import CallEffect, Effect, RowEffect

_BOOKKEEPING = frozenset({"temporal", "counter"})


def business_effects(delivery: Delivery) -> list[Effect]:
    """Everything durable or outward that a delivery did: rows, and writing calls that did not fail.

    A row that was merely touched is none: authentication that notes when a token was last used would
    otherwise stand for work that was never heard.
    """
    calls = [call for call in delivery.calls if call.writes and not call.failed]
    return [*(row for row in without_own_session(delivery.rows) if not _touched(row)), *calls]


def second_effects(
    exchange: Exchange, again: Delivery, reads: frozenset[str], shown: frozenset[str]
) -> list[Effect]:
    """The effects of a duplicate that the first delivery's caller would not expect a second time."""
    volatile = volatile_columns(exchange)
    rows = [row for row in without_own_session(again.rows) if not _counts(row, shown)]
    rows = [row for row in rows if not _refreshes(row, exchange.first, volatile)]
    calls = _second_calls(exchange.first, again)
    logs = [row for row in rows if _logs(row, exchange.first, again, reads)]
    others: list[Effect] = [*(row for row in rows if row not in logs), *calls]
    if logs and (others or not _left_undone(exchange.first, again, logs)):
        return [*rows, *calls]
    return others


def maybe_counts(exchange: Exchange, shown: frozenset[str]) -> bool:
    """Whether a duplicate counted in a table that may be a rate limiter's, and left nothing else undone.

    Nobody was seen reading the table without writing to it. Where the first delivery did something that the
    duplicate did not do again, the duplicate was known for one, and counting it is right.
    """
    for again in exchange.again:
        counted = [row for row in again.rows if _counts(row, shown)]
        if counted and not _left_undone(exchange.first, again, counted):
            return True
    return False


def volatile_columns(exchange: Exchange) -> Mapping[str, set[str]]:
    """Table to the columns that differ between two clean runs of the same delivery."""
    volatile: dict[str, set[str]] = {}
    if exchange.control is None:
        return volatile
    for table, ours in _by_table(exchange.first).items():
        theirs = _by_table(exchange.control).get(table, [])
        for mine, other in zip(ours, theirs, strict=False):
            volatile.setdefault(table, set()).update(_differing(mine, other))
    return volatile


def _differing(mine: RowEffect, other: RowEffect) -> set[str]:
    """The columns that chance decides: the same row before, another value after.

    Where a suite does not reset its data, two clean runs start from different rows. A number that differs
    before and after may then be a balance, which is the last thing to ignore; a text may still be a token.
    """
    return {
        name
        for name, value in mine.digests.items()
        if other.digests.get(name) != value
        and not (name in mine.numbers and mine.priors.get(name) != other.priors.get(name))
    }


def residues(delivery: Delivery) -> list[RowEffect]:
    """The rows that a refused delivery left behind, less those that may stay.

    A stored answer under its idempotency key, the record of a dependency's own failure, touched moments
    and counters are what a correct application leaves.
    """
    return [
        row
        for row in without_own_session(delivery.rows)
        if not (row.holds_key and row.holds_status) and not row.recorded_failure and not bookkeeping(row)
    ]


def bookkeeping(row: RowEffect) -> bool:
    """A change of nothing but moments and counters, or of the caller's own session."""
    return row.action == "change" and (row.session or set(row.columns.values()) <= _BOOKKEEPING)


def without_own_session(rows: Sequence[RowEffect]) -> list[RowEffect]:
    """The rows less a session that the delivery began for its caller, in place of an old one or not.

    A session that merely ends is left: that is what a logout is for.
    """
    begun = {row.table for row in rows if row.session and row.action == "insert"}
    return [row for row in rows if not (row.session and row.action != "change" and row.table in begun)]


def fills(row: RowEffect) -> bool:
    """An insert, or a change of nothing but what was empty: what a cache and a lazy default do."""
    return row.action == "insert" or (
        row.action == "change" and set(row.columns.values()) <= {"filled", *_BOOKKEEPING}
    )


def maybe_log(row: RowEffect, suite: Suite) -> bool:
    """An insert into a table that nothing was seen reading or referring to, which is written like a log.

    It tells when it was made, or several operations write there.
    """
    if maybe_limiter(row, suite):
        return True
    unread = row.action == "insert" and row.table not in suite.reads and not row.referenced
    return unread and (row.dated or suite.is_log(row.table))


def maybe_limiter(row: RowEffect, suite: Suite) -> bool:
    """A count beside a moment, in a table that nobody was seen reading without writing to it."""
    return row.tally and row.table not in suite.shown and not row.referenced


def _counts(row: RowEffect, shown: frozenset[str]) -> bool:
    """The same for a duplicate; what it inserts is judged, since an order of one piece looks alike."""
    return row.tally and row.action == "change" and row.table not in shown and not row.referenced


def without_logs(rows: Iterable[RowEffect], suite: Suite) -> list[RowEffect]:
    """The rows less the dated inserts into logs: tables that several operations write and none reads."""
    return [row for row in rows if not (row.action == "insert" and row.dated and suite.is_log(row.table))]


def _touched(row: RowEffect) -> bool:
    """A change of nothing but moments, or of the caller's own session."""
    return row.action == "change" and (row.session or set(row.columns.values()) <= {"temporal"})


def _refreshes(row: RowEffect, first: Delivery, volatile: Mapping[str, set[str]]) -> bool:
    """A change that says no more than that the duplicate came: when, how often, with which new token."""
    if row.action != "change":
        return False
    changed = {name: nature for name, nature in row.columns.items() if nature != "temporal"}
    changed = {name: nature for name, nature in changed.items() if name not in volatile.get(row.table, ())}
    if not changed:
        return True
    if set(changed.values()) != {"counter"}:
        return False
    # A PUT replaces, so what counts up is a version; a PATCH may add, unless it changed more the first time.
    return (
        row.holds_key
        or first.method == "PUT"
        or (first.method == "PATCH" and _changed_more(first, row, set(changed)))
    )


def _changed_more(first: Delivery, row: RowEffect, counters: set[str]) -> bool:
    """The first delivery changed more of that table than the counter: so the counter is a version."""
    return any(
        set(other.columns) - counters - _temporal(other)
        for other in first.rows
        if other.table == row.table and other.action == "change"
    )


def _temporal(row: RowEffect) -> set[str]:
    return {name for name, nature in row.columns.items() if nature == "temporal"}


def _second_calls(first: Delivery, again: Delivery) -> list[Effect]:
    """Writing calls that the dependency would carry out twice."""
    return [
        call
        for call in again.calls
        if call.writes and not call.failed and not any(_same_call(call, made) for made in first.calls)
    ]


def _same_call(call: CallEffect, made: CallEffect) -> bool:
    """One effect at the dependency: the same provider key, or a method that is idempotent by definition."""
    if (call.dependency, call.method, call.path) != (made.dependency, made.method, made.path):
        return False
    if call.key is not None:
        return call.key == made.key
    return call.method in ("PUT", "DELETE") and call.payload == made.payload


def _logs(row: RowEffect, first: Delivery, again: Delivery, reads: frozenset[str]) -> bool:
    """A row that may be a log of attempts: nobody reads its table, refers to it or tells its identity.

    A new row, or an old one that counts up (``on conflict do update set seen = seen + 1``).
    """
    if row.table in reads or row.referenced or not (row.action == "insert" or bookkeeping(row)):
        return False
    told = {path for path, part in again.answer.parts.items() if part == row.identity}
    return not any(first.answer.parts.get(path) != row.identity for path in told)


def _left_undone(first: Delivery, again: Delivery, logs: Iterable[RowEffect]) -> bool:
    """Whether the first delivery did something besides those logs that the duplicate did not do again."""
    logged = {row.table for row in logs}
    repeated = {row.table for row in again.rows} | {(call.dependency, call.path) for call in again.calls}
    done = {row.table for row in first.rows} | {
        (call.dependency, call.path) for call in first.calls if call.writes and not call.failed
    }
    return bool(done - logged - repeated)


def _by_table(delivery: Delivery) -> dict[str, list[RowEffect]]:
    tables: dict[str, list[RowEffect]] = {}
    for row in delivery.rows:
        tables.setdefault(row.table, []).append(row)
    return tables
