"""A request that is refused or fails leaves nothing behind.

Judged on every watched delivery that was answered 4xx or 5xx or raised, without a marker and without a
replay: every negative test that a suite already has is evidence. Denials (401, 403, 429) belong to the
``auth`` behaviour, since security logs and failed-login counters are written on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .._model.behaviour import Behaviour, Judgement, Suite
from .._model.delivery import Delivery
from .._model.effect import RowEffect
from .._model.finding import Finding, Rule
from .._model.verdict import BLINDING, BROKEN, HELD, REASONS, Verdict, not_judged
from .._trial.significance import fills, maybe_log, residues, without_logs
from .._trial.wording import lines_of, request_of_test

_DENIALS = frozenset({401, 403, 429})

_RULE = Rule(
    "atomic/effects-after-failure",
    "error",
    "A request that was refused or failed left committed rows behind.",
    "The caller was told that nothing happened and tries again: rows pile up, stock is lost, money is held.",
    "Validate before the first write, and commit once, at the end; let an error roll the transaction back.",
    "Gray and Reuter, Transaction Processing (1993), chapter 1: atomicity; RFC 9110, sections 15.5 and 15.6",
    "data",
    "operation",
)


def watch(test: str, deliveries: Sequence[Delivery], suite: Suite) -> Iterator[Judgement]:
    """One judgement a failed delivery of a known operation."""
    for delivery in deliveries:
        if delivery.operation is None or delivery.answer.succeeded or delivery.answer.status in _DENIALS:
            continue
        yield _judge(test, delivery, suite)


def _judge(test: str, delivery: Delivery, suite: Suite) -> Judgement:
    operation = str(delivery.operation)
    left = without_logs(residues(delivery), suite)
    doubts = [_doubt(row, delivery, suite) for row in left]
    certain = [row for row, doubt in zip(left, doubts, strict=True) if not doubt]
    if certain:
        return Judgement("atomic", operation, BROKEN, (_finding(test, delivery, certain),))
    doubt = next((reason for reason in REASONS if reason in doubts), "")
    return Judgement("atomic", operation, _silence(delivery, doubt, suite))


def _doubt(row: RowEffect, delivery: Delivery, suite: Suite) -> str:
    """Why it is open whether the row may stay, or ""."""
    if maybe_log(row, suite):
        return "log-or-business"
    # A circuit breaker's row after a failure that was mocked above what is heard.
    return "failed-read" if delivery.safe and fills(row) else ""


def _silence(delivery: Delivery, doubt: str, suite: Suite) -> Verdict:
    if doubt:
        return not_judged(doubt)
    # A dependency's failure may be on record, and so may anything else that followed.
    if delivery.unknown and any(row.recorded_failure for row in delivery.rows):
        return not_judged("unknown-dependency")
    blind = next((limit for limit in BLINDING if limit in delivery.limits), "")
    if blind:
        return not_judged(blind)
    return HELD if suite.database_heard else not_judged("no-database-heard")


def _finding(test: str, delivery: Delivery, rows: Sequence[object]) -> Finding:
    effects = [row for row in delivery.rows if row in rows]
    return Finding(
        rule=_RULE.id,
        severity=_RULE.severity,
        operation=str(delivery.operation),
        test=test,
        message=f"{delivery.operation} {delivery.answer.told}, and what it had written stayed",
        cure=_RULE.cure,
        evidence=(*request_of_test(delivery), *lines_of("left behind", effects)),
        place=next((effect.place for effect in effects if effect.place), None),
    )


BEHAVIOUR = Behaviour(
    name="atomic",
    summary="a request that is refused or fails leaves nothing behind",
    rules=(_RULE,),
    levels={
        "experiment": "report",
        "back-office": "required",
        "customer-facing": "required",
        "payment": "required",
    },
    applies=lambda method: True,
    watch=watch,
    remedy="a test in which it is refused (4xx) or fails (5xx)",
)
