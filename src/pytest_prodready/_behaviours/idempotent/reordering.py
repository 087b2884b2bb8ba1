"""The oracle of orders: the deliveries of one operation leave the same state in whichever order they come."""

from __future__ import annotations

from collections.abc import Iterator

from ..._model.behaviour import Judgement, Trial
from ..._model.delivery import Delivery
from ..._model.finding import Finding
from ..._model.series import Arrangement, Series
from ..._model.verdict import BROKEN, HELD, Verdict, not_judged
from ..._trial.significance import business_effects
from ..._trial.states import Difference, Ground, differences, ground
from ..._trial.wording import request_of_test
from .rules import rule

_UNHEARD = ("uncommitted", "on-commit")
# A sender comes again after this one, as the trial has done.
_LATER = 503


def judge(trial: Trial) -> Iterator[Judgement]:
    """One judgement an operation to which the test writes."""
    for series in trial.series:
        known = ground(series, trial.reads)
        reason = series.untried or _unlike(series, known)
        finding = None if reason else next(_findings(trial, series, known), None)
        verdict = BROKEN if finding is not None else _verdict(series, known, reason)
        yield Judgement("idempotent", str(series.operation), verdict, () if finding is None else (finding,))


def _unlike(series: Series, known: Ground) -> str:
    """Why even the test's own order is not what the test does, when all of it comes at once; or ""."""
    limit = next((own.limit for own in series.own if own.limit), "")
    if limit or not series.own:
        return limit or "no-schedule"
    own, clean = series.own[0].last, series.clean[-1]
    if any(own[number].answer.status != clean[number].answer.status for number in series.numbers):
        return "in-between"
    each = [[run[number] for number in series.numbers] for run in (clean, own)]
    return "in-between" if differences(each[0], each[1], known) else ""


def _verdict(series: Series, known: Ground, reason: str) -> Verdict:
    """Why silence would prove nothing, or that it does."""
    if reason:
        return _left_open(reason)
    if not series.others:
        return not_judged("no-schedule")
    limit = next((other.limit for other in series.others if other.limit), "")
    if limit:
        return _left_open(limit)
    deliveries = [delivery for one in series.arrangements for delivery in one.deliveries]
    if any(delivery.unknown for delivery in deliveries):
        return not_judged("unknown-dependency")
    if len({delivery.number for delivery in deliveries if _compared(delivery, known)}) > 1:
        return HELD
    unheard = {limit for delivery in deliveries for limit in delivery.limits}.intersection(_UNHEARD)
    if unheard:
        return not_judged(min(unheard))
    if known.logs:
        return not_judged("log-or-business")
    return not_judged("no-effects", "fewer than two of the deliveries changed a row")


def _left_open(reason: str) -> Verdict:
    """In a series it may be any delivery that differs, and its request as well as its answer."""
    return not_judged(reason, "or the test sent another request" if reason == "not-reproducible" else "")


def _compared(delivery: Delivery, known: Ground) -> bool:
    """Whether a delivery did something that can be compared."""
    rows = {id(row) for row in delivery.rows if row.table not in known.logs}
    return any(id(effect) in rows for effect in business_effects(delivery))


def _findings(trial: Trial, series: Series, known: Ground) -> Iterator[Finding]:
    own = series.own[-1]
    for other in series.others:
        if other.limit:
            continue
        found = differences([own.together], [other.together], known)
        if any(_broke(delivery, own) for delivery in other.last.values()):
            yield _finding(trial, series, other, "failed", found)
        elif found:
            yield _finding(trial, series, other, "left another state", found)


def _broke(delivery: Delivery, own: Arrangement) -> bool:
    """A server error that the test's own order does not have; who raises gives a message back."""
    answer = delivery.answer
    known = own.last[delivery.number].answer
    return not answer.called and answer.status >= 500 and answer.status != _LATER and known.status < 500


def _finding(trial: Trial, series: Series, other: Arrangement, fact: str, found: list[Difference]) -> Finding:
    reordered = rule("reordered")
    return Finding(
        rule=reordered.id,
        severity=reordered.severity,
        operation=str(series.operation),
        test=trial.test,
        message=f"{series.operation} {fact} when its requests arrived in another order",
        cure=reordered.cure,
        evidence=(
            f"  schedule         {other.schedule}",
            *(line for delivery in other.deliveries for line in request_of_test(delivery)),
            *dict.fromkeys(_told(difference) for difference in found),
        ),
        place=next((one.row.place for one in found if one.row.place), None),
        replay=other.schedule.token,
    )


def _told(difference: Difference) -> str:
    title = {"different": "different", "missing": "missing", "surplus": "additional"}[difference.kind]
    place = f" at {difference.row.place}" if difference.row.place else ""
    return f"  {title}: {difference}{place}"
