"""A read (GET, HEAD) changes nothing that matters.

Judged on every watched delivery, without a marker. Moments (``last_seen``), counters and logs may be
written by a read. A read that fills in what was missing may be a cache; one read alone does not tell,
so it is judged only where the test reads the same twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._model.behaviour import Behaviour, Judgement, Suite
from .._model.delivery import Delivery
from .._model.effect import RowEffect
from .._model.finding import Finding, Rule
from .._model.verdict import BLINDING, BROKEN, HELD, Verdict, not_judged
from .._trial.significance import (
    bookkeeping,
    fills,
    maybe_limiter,
    maybe_log,
    without_logs,
    without_own_session,
)
from .._trial.wording import lines_of, request_of_test

_RULE = Rule(
    "safe/read-with-effects",
    "error",
    "A read changed or deleted rows, or inserts rows each time.",
    "Browsers prefetch, crawlers follow links and proxies retry reads: each of them changes this data.",
    "Move the change into a POST, PUT or DELETE, or into a job; let the read compute what it shows.",
    "RFC 9110, section 9.2.1",
    "architecture",
    "constraints",
)


def watch(test: str, deliveries: Sequence[Delivery], suite: Suite) -> Iterator[Judgement]:
    """One judgement a successful read of a known operation."""
    for delivery in deliveries:
        if delivery.operation is not None and delivery.safe and delivery.answer.succeeded:
            yield _judge(test, delivery, deliveries, suite)


def _judge(test: str, delivery: Delivery, deliveries: Sequence[Delivery], suite: Suite) -> Judgement:
    operation = str(delivery.operation)
    written = without_own_session(delivery.rows)
    rows = [row for row in without_logs(written, suite) if not bookkeeping(row)]
    repeated = [row for row in rows if fills(row) and _filled_again(row, delivery, deliveries)]
    clear = [row for row in rows if not maybe_limiter(row, suite)]
    certain = [row for row in clear if not fills(row) or (row in repeated and not maybe_log(row, suite))]
    if certain:
        return Judgement("safe", operation, BROKEN, (_finding(test, delivery, certain),))
    return Judgement("safe", operation, _silence(delivery, rows, deliveries, suite))


def _filled_again(row: RowEffect, delivery: Delivery, deliveries: Sequence[Delivery]) -> bool:
    """Whether the same read wrote to the same table at another time in this test."""
    return any(
        other is not delivery and any(_same(row, written) for written in other.rows)
        for other in _same_reads(delivery, deliveries)
    )


def _same(row: RowEffect, other: RowEffect) -> bool:
    return (row.table, row.action) == (other.table, other.action)


def _same_reads(delivery: Delivery, deliveries: Sequence[Delivery]) -> list[Delivery]:
    return [other for other in deliveries if other.request == delivery.request]


def _silence(
    delivery: Delivery, rows: Sequence[RowEffect], deliveries: Sequence[Delivery], suite: Suite
) -> Verdict:
    if rows and all(maybe_log(row, suite) for row in rows):
        return not_judged("log-or-business")
    if rows and len(_same_reads(delivery, deliveries)) == 1:
        return not_judged("lazy-or-write")
    blind = next((limit for limit in BLINDING if limit in delivery.limits), "")
    if blind:
        return not_judged(blind)
    return HELD if suite.database_heard else not_judged("no-database-heard")


def _finding(test: str, delivery: Delivery, rows: Sequence[RowEffect]) -> Finding:
    return Finding(
        rule=_RULE.id,
        severity=_RULE.severity,
        operation=str(delivery.operation),
        test=test,
        message=f"{delivery.operation} is a read, and it wrote",
        cure=_RULE.cure,
        evidence=(*request_of_test(delivery), *lines_of("written by a read", rows)),
        place=next((row.place for row in rows if row.place), None),
    )


BEHAVIOUR = Behaviour(
    name="safe",
    summary="a read changes nothing that matters",
    rules=(_RULE,),
    levels={
        "experiment": "report",
        "back-office": "required",
        "customer-facing": "required",
        "payment": "required",
    },
    applies=lambda method: method in ("GET", "HEAD"),
    watch=watch,
    remedy="a test that reads it",
)
