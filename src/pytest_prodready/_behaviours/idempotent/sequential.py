"""The oracle of plain duplicates: each comes right after its delivery."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..._model.behaviour import Change, Exchange, Judgement, Trial
from ..._model.delivery import Delivery
from ..._model.effect import Effect, RowEffect
from ..._model.finding import Finding
from ..._model.verdict import BLINDING, BROKEN, HELD, Verdict, not_judged
from ..._trial.significance import business_effects, maybe_counts, second_effects
from ..._trial.wording import lines_of, story
from . import keys
from .rules import BLOCKED, made, rule

_BAD_REQUEST, _CONFLICT = 400, 409
# The ways in which the same event comes again, besides byte for byte.
_SAME: tuple[Change, ...] = ("redelivered", "attempt")
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
    if any(_blocked(again) for again in exchange.again):
        return "duplicate-blocked"
    return ""


def _blocked(again: Delivery) -> bool:
    """Whether it was turned away for who sent it or how, so that nothing tells what it would have done."""
    status = again.answer.status
    return status in BLOCKED or (status == _BAD_REQUEST and again.signature == "kept")


def _findings(trial: Trial, exchange: Exchange) -> Iterator[Finding]:
    if exchange.untried or not exchange.again:
        return
    copies = [*exchange.again, *(exchange.changed[way] for way in _SAME if way in exchange.changed)]
    for number, again in enumerate(copies, start=2):
        effects = second_effects(exchange, again, trial.reads, trial.shown)
        if effects:
            yield _second_effect(trial, exchange, again, effects, number)
            return
        # An answer that streams is not read, so nobody knows whether it is an error.
        if again.answer.status >= 500 and "streaming" not in again.limits:
            yield _server_error(trial, exchange, again, number)
            return
    if _doubt(exchange):
        return
    yield from _rejected(trial, exchange)
    yield from keys.findings(trial, exchange)


def _rejected(trial: Trial, exchange: Exchange) -> Iterator[Finding]:
    """Only of what is signed, as webhooks are: a client that is told 409 knows what it has to know."""
    first = exchange.first
    for number, again in enumerate(exchange.again, start=2):
        refused = again.signature == "anew" and again.answer.status >= 400
        if refused or (again.signature and again.answer.status == _CONFLICT):
            message = (
                f"{first.operation} was delivered again and {again.answer.told}, so it will come for ever"
            )
            evidence = (*story(first, 1), *story(again, number))
            yield made(rule("duplicate-rejected-forever"), trial, first, message, evidence)
            return


def _second_effect(
    trial: Trial, exchange: Exchange, again: Delivery, effects: Sequence[Effect], number: int
) -> Finding:
    first = exchange.first
    unclaimed = not trial.asserted and not first.keyed and first.method == "POST"
    found = rule("unprotected" if unclaimed else "duplicate-effect")
    seen = "like the first" if again.answer.status == first.answer.status else f"(the first: {first.answer})"
    how = " in another attempt" if again is exchange.changed.get("attempt") else ""
    message = f"{first.operation} was delivered again{how}, {again.answer.told} {seen}, and took effect again"
    place = next((effect.place for effect in effects if effect.place), None)
    evidence = (*story(first, 1), *story(again, number), *lines_of("second effect", effects))
    faint = all(isinstance(effect, RowEffect) and effect.action == "change" for effect in effects)
    return replace(made(found, trial, first, message, evidence, place), faint=faint)


def _server_error(trial: Trial, exchange: Exchange, again: Delivery, number: int) -> Finding:
    first = exchange.first
    message = f"{first.operation} was delivered again, {again.answer.told}; the first {first.answer.told}"
    evidence = (*story(first, 1), *story(again, number))
    return made(rule("different-response"), trial, first, message, evidence)
