"""The same request delivered again leaves the same state and has no second effect.

Clients, proxies, mobile networks and brokers deliver again whenever an answer is late. The variant
delivers each write of the test a second time, with the same bytes, right after the first, and compares
what is left: rows, and calls to dependencies. Statement counts and status codes decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._model.behaviour import Behaviour, Exchange, Judgement, Option, Redelivery, Trial
from .._model.delivery import Delivery
from .._model.effect import SAFE_METHODS, Effect
from .._model.finding import Finding, Rule
from .._model.verdict import BLINDING, BROKEN, HELD, Verdict, not_judged
from .._trial.significance import business_effects, second_effects
from .._trial.wording import lines_of, story

_BLOCKED = frozenset({401, 403, 419, 429})
_BLINDING = ("streaming", "streaming-request", *BLINDING)
_UNHEARD = "on-commit"
_UNKNOWN = "unknown-dependency"
_DRAFT = "draft-ietf-httpapi-idempotency-key-header; RFC 9110, section 9.2.2"

_RULES = (
    Rule(
        "idempotent/duplicate-effect",
        "error",
        "A duplicate of a request takes effect a second time.",
        "Clients, proxies and brokers deliver again when an answer is late: it is charged or sent twice.",
        "Store the key (or a natural one) under a unique constraint, in one transaction with the effect, and "
        "answer a duplicate from what is stored; pass a key of your own to the dependency.",
        _DRAFT,
        "architecture",
        "constraints",
    ),
    Rule(
        "idempotent/different-response",
        "error",
        "A duplicate that has no second effect is answered with a server error.",
        "The caller retries an error for ever, or tells its user that a payment failed which succeeded.",
        "Answer a duplicate with the stored result, or with 409; catch the unique constraint's violation.",
        _DRAFT,
        "operational",
        "operation",
    ),
    Rule(
        "idempotent/key-payload-mismatch",
        "error",
        "The same idempotency key with another payload is accepted.",
        "A client's bug that reuses a key is answered with somebody else's success, and the request is lost.",
        "Store a fingerprint of the payload with the key and answer a mismatch with 422.",
        "draft-ietf-httpapi-idempotency-key-header, section 2.7",
        "business",
        "constraints",
    ),
    Rule(
        "idempotent/unprotected",
        "note",
        "A duplicate takes effect again, and the request carries no key that promises otherwise.",
        "Whoever calls this operation cannot retry it safely.",
        "Accept an Idempotency-Key, or give the business object a natural unique key.",
        _DRAFT,
        "business",
        "intent",
    ),
)


def plan(first: Delivery, options: Mapping[str, Any]) -> Sequence[Redelivery] | str:
    """Each write again, and where a key was sent once more under that key with another payload."""
    if first.safe:
        return ()
    if first.answer.status >= 400:
        return "first-refused"
    if any(call.real for call in first.calls):
        return "unsafe"
    again = [Redelivery()] * (options.get("deliveries", 2) - 1)
    return [*again, Redelivery(altered=True)] if first.keyed else again


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
    if trial.own_failure:
        return not_judged("own-assertion", trial.own_failure)
    return HELD


def _doubt(exchange: Exchange) -> str:
    """Why silence would prove nothing, or ""."""
    first, control = exchange.first, exchange.control
    if exchange.untried:
        return exchange.untried
    if control is not None and control.answer.status != first.answer.status:
        return "not-reproducible"
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
        effects = second_effects(exchange, again, trial.reads)
        if effects:
            yield _second_effect(trial, exchange, again, effects, number)
            return
        if again.answer.status >= 500:
            yield _server_error(trial, exchange, again, number)
            return
    yield from _mismatch(trial, exchange)


def _second_effect(
    trial: Trial, exchange: Exchange, again: Delivery, effects: Sequence[Effect], number: int
) -> Finding:
    first = exchange.first
    unclaimed = not trial.asserted and not first.keyed and first.method == "POST"
    rule = BEHAVIOUR.rule("unprotected" if unclaimed else "duplicate-effect")
    seen = "like the first" if again.answer.status == first.answer.status else f"(the first: {first.answer})"
    message = f"{first.operation} was delivered again, {again.answer.told} {seen}, and took effect again"
    place = next((effect.place for effect in effects if effect.place), None)
    evidence = (*story(first, 1), *story(again, number), *lines_of("second effect", effects))
    return _finding(rule, trial, first, message, evidence, place)


def _server_error(trial: Trial, exchange: Exchange, again: Delivery, number: int) -> Finding:
    first = exchange.first
    message = f"{first.operation} was delivered again, {again.answer.told}; the first {first.answer.told}"
    return _finding(
        BEHAVIOUR.rule("different-response"),
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
    effects = second_effects(exchange, altered, trial.reads)
    outcome = lines_of("effect under the used key", effects) or ("  it had no effect: the request is lost",)
    place = next((effect.place for effect in effects if effect.place), None)
    evidence = (*story(first, 1), *story(altered, 3), *outcome)
    yield _finding(BEHAVIOUR.rule("key-payload-mismatch"), trial, first, message, evidence, place)


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


BEHAVIOUR = Behaviour(
    name="idempotent",
    summary="each write the test makes is delivered again: same state, no second effect",
    rules=_RULES,
    levels={"experiment": "-", "back-office": "report", "customer-facing": "required", "payment": "required"},
    applies=lambda method: method not in SAFE_METHODS,
    marker="idempotent",
    options=(
        Option(
            "deliveries",
            "a whole number from 2 to 10",
            lambda value: type(value) is int and 2 <= value <= 10,
        ),
        Option(
            "key",
            "the name of a header, or a dotted path such as 'event.id' (JSON body) or 'message.event_id'",
            lambda value: isinstance(value, str) and bool(value.strip()),
        ),
        Option("concurrent", "True or False", later=True),
        Option("crash", "True or False", later=True),
        Option(
            "call",
            "a module and a function in it, such as 'app.tasks:charge'",
            lambda value: isinstance(value, str) and re.fullmatch(r"[\w.]+:[\w.]+", value) is not None,
        ),
    ),
    variants=("duplicate",),
    plan=plan,
    judge=judge,
    remedy="@pytest.mark.idempotent",
)
