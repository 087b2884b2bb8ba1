"""The oracle of plain duplicates: each comes right after its delivery."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..._model.behaviour import Exchange, Judgement, Trial
from ..._model.delivery import Delivery
from ..._model.effect import Effect, RowEffect
from ..._model.finding import Finding, Rule
from ..._model.verdict import BLINDING, BROKEN, HELD, Verdict, not_judged
from ..._trial.significance import business_effects, maybe_counts, second_effects
from ..._trial.wording import lines_of, story
from .rules import rule

_BLOCKED = frozenset({401, 403, 419, 429})
_BLINDING = ("streaming", "streaming-request", *BLINDING)
_UNHEARD = "on-commit"
_UNKNOWN = "unknown-dependency"


def judge(trial: Trial) -> Iterator[Judgement]:
    """One judgement a write of the trial."""
    for exchange in trial.exchanges:
        operation = exchange.first.operation
        if exchange.first.safe:
            continue
        if operation is None:
            continue
        findings = list(_findings(trial, exchange))
        verdict = _verdict(trial, exchange, findings)
        yield Judgement("idempotent", str(operation), verdict, tuple(findings))


def _verdict(trial: Trial, exchange: Exchange, findings: Sequence[Finding]) -> Verdict:
    if any(finding.severity == "error" for finding in findings):
        return BROKEN
    if findings:
        return not_judged("unprotected")
    doubt = _doubt(exchange)
    if doubt:
        return not_judged(doubt)
    if maybe_counts(exchange, trial.shown):
        return not_judged("log-or-business")
    if trial.own_failure:
        return not_judged("own-assertion", trial.own_failure)
    return HELD


def _doubt(exchange: Exchange) -> str:
    """Why silence would prove nothing, or ""."""
    first, control = exchange.first, exchange.control
    if control is not None and control.answer.status != first.answer.status:
        return "not-reproducible"
    if exchange.untried:
        return exchange.untried
    for delivery in (first, *exchange.again):
        blind = next((limit for limit in _BLINDING if limit in delivery.limits), "")
        if blind:
            return blind
    # A callback that only the first delivery left waiting is an effect that the duplicate did not have.
    if any(_UNHEARD in again.limits for again in exchange.again):
        return _UNHEARD
    if any(again.unknown for again in exchange.again):
        return _UNKNOWN
    if not business_effects(first) and first.unknown:
        return _UNKNOWN
    if not business_effects(first):
        return next((limit for limit in ("uncommitted", _UNHEARD) if limit in first.limits), "no-effects")
    if any(again.answer.status in _BLOCKED for again in exchange.again):
        return "duplicate-blocked"
    return ""


def _findings(trial: Trial, exchange: Exchange) -> Iterator[Finding]:
    if exchange.untried or not exchange.again:
        return
    for number, again in enumerate(exchange.again, start=2):
        effects = second_effects(exchange, again, trial.reads, trial.shown)
        if effects:
            yield _second_effect(trial, exchange, again, effects, number)
            return
        # An answer that streams is not read, so nobody knows whether it is an error.
        if again.answer.status >= 500 and "streaming" not in again.limits:
            yield _server_error(trial, exchange, again, number)
            return
    yield from _mismatch(trial, exchange)


def _second_effect(
    trial: Trial, exchange: Exchange, again: Delivery, effects: Sequence[Effect], number: int
) -> Finding:
    first = exchange.first
    unclaimed = not trial.asserted and not first.keyed and first.method == "POST"
    found = rule("unprotected" if unclaimed else "duplicate-effect")
    seen = "like the first" if again.answer.status == first.answer.status else f"(the first: {first.answer})"
    message = f"{first.operation} was delivered again, {again.answer.told} {seen}, and took effect again"
    place = next((effect.place for effect in effects if effect.place), None)
    evidence = (*story(first, 1), *story(again, number), *lines_of("second effect", effects))
    faint = all(isinstance(effect, RowEffect) and effect.action == "change" for effect in effects)
    return replace(_finding(found, trial, first, message, evidence, place), faint=faint)


def _server_error(trial: Trial, exchange: Exchange, again: Delivery, number: int) -> Finding:
    first = exchange.first
    message = f"{first.operation} was delivered again, {again.answer.told}; the first {first.answer.told}"
    return _finding(
        rule("different-response"),
        trial,
        first,
        message,
        (*story(first, 1), *story(again, number)),
        None,
    )


def _mismatch(trial: Trial, exchange: Exchange) -> Iterator[Finding]:
    """Judged only where the key is honoured: the duplicate had no second effect."""
    first, altered = exchange.first, exchange.altered
    if altered is None or altered.answer.status >= 400 or _doubt(exchange):
        return
    message = (
        f"{first.operation} took the same idempotency key with another payload and {altered.answer.told}"
    )
    effects = second_effects(exchange, altered, trial.reads, trial.shown)
    outcome = lines_of("effect under the used key", effects) or ("  it had no effect: the request is lost",)
    place = next((effect.place for effect in effects if effect.place), None)
    evidence = (*story(first, 1), *story(altered, 3), *outcome)
    yield _finding(rule("key-payload-mismatch"), trial, first, message, evidence, place)


def _finding(
    rule: Rule, trial: Trial, first: Delivery, message: str, evidence: tuple[str, ...], place: Any
) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        operation=str(first.operation),
        test=trial.test,
        message=message,
        cure=rule.cure,
        evidence=evidence,
        place=place,
    )
