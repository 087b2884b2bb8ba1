"""The oracle of keys: what else may not happen under a key that an operation honours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..._model.behaviour import Exchange, Redelivery, Trial
from ..._model.delivery import Delivery
from ..._model.effect import RowEffect
from ..._model.finding import Finding
from ..._trial.significance import business_effects, second_effects
from ..._trial.wording import lines_of, story, story_of
from .rules import made, rule

_LOST = ("  it had no effect: the request is lost",)


def redeliveries(first: Delivery, options: Mapping[str, Any]) -> Iterator[Redelivery]:
    """What is tried with the key of a delivery, after its plain duplicates."""
    if first.keyed and "key" in options and not first.key_in_header:
        yield Redelivery("attempt")
    if first.key_in_header:
        yield Redelivery("route")
        yield Redelivery("principal")
        yield Redelivery("stranger", given="principal")
        yield Redelivery("anonymous", given="stranger")
        # A sender may reuse a key by mistake; the identity of an event comes with that event and no other.
        yield Redelivery("payload")
        if options.get("key_required"):
            yield Redelivery("keyless")


def findings(trial: Trial, exchange: Exchange) -> Iterator[Finding]:
    """What is wrong with the key of a delivery whose plain duplicate had no second effect."""
    yield from _mismatch(trial, exchange)
    yield from _other_route(trial, exchange)
    yield from _crossing(trial, exchange)
    yield from _keyless(trial, exchange)


def _mismatch(trial: Trial, exchange: Exchange) -> Iterator[Finding]:
    """The same key with another payload is to be refused, whether it was looked at or not."""
    first, other = exchange.first, exchange.changed.get("payload")
    if other is None or not other.answer.succeeded:
        return
    message = f"{first.operation} took the same idempotency key with another payload and {other.answer.told}"
    effects = second_effects(exchange, other, trial.reads, trial.shown)
    outcome = lines_of("effect under the used key", effects) or _LOST
    place = next((effect.place for effect in effects if effect.place), None)
    evidence = (*story(first, 1), *story_of("other payload", other), *outcome)
    yield made(rule("key-payload-mismatch"), trial, first, message, evidence, place)


def _other_route(trial: Trial, exchange: Exchange) -> Iterator[Finding]:
    """Under another operation's key it may be refused or carried out, but not answered by the other."""
    first, other = exchange.first, exchange.changed.get("route")
    if other is None or not other.answer.parts or other.answer.parts == first.answer.parts:
        return
    for earlier in trial.exchanges:
        stored = earlier.first
        if stored.number < first.number and stored.keyed and stored.answer.parts == other.answer.parts:
            message = f"{first.operation} was answered with what {stored.operation} has stored under the key"
            evidence = (*story_of("the other", stored), *story_of("under its key", other), *_LOST)
            yield made(rule("key-payload-mismatch"), trial, first, message, evidence)
            return


def _crossing(trial: Trial, exchange: Exchange) -> Iterator[Finding]:
    """Another principal gets a stored answer that it could not have got by itself.

    By itself: under a key of its own it is refused, or what it asks for is done. And the operation must
    know its callers: somebody whom it does not know is refused.
    """
    first, other = exchange.first, exchange.changed.get("principal")
    if (
        other is None
        or not other.answer.accepted
        or second_effects(exchange, other, trial.reads, trial.shown)
    ):
        return
    alone = exchange.changed.get("stranger")
    unknown = alone if other.principal.anonymous else exchange.changed.get("anonymous", alone)
    if alone is None or unknown is None or not _refused(unknown):
        return
    if not _refused(alone) and not business_effects(alone):
        return
    same = bool(first.answer.parts) and other.answer.parts == first.answer.parts
    who = "nobody in particular" if other.principal.anonymous else "another principal"
    what = "the stored answer" if same else f"{other.answer}, and nothing was done"
    evidence = (
        *story(first, 1),
        *story_of("other, same key", other),
        *story_of("other, own key", alone),
    )
    message = f"{first.operation} answered {who} under the same idempotency key with {what}"
    yield made(rule("key-crosses-principals"), trial, first, message, evidence)


def _keyless(trial: Trial, exchange: Exchange) -> Iterator[Finding]:
    first, other = exchange.first, exchange.changed.get("keyless")
    if other is None or not other.answer.succeeded:
        return
    effects = business_effects(other)
    if effects:
        message = f"{first.operation} requires an idempotency key, was sent without one, and was carried out"
        place = next((effect.place for effect in effects if effect.place), None)
        evidence = (*story(first, 1), *story_of("without a key", other))
        yield made(rule("key-not-required"), trial, first, message, evidence, place)


def _refused(delivery: Delivery) -> bool:
    """Turned away; that a store which is asked before authentication notes the key is no work done."""
    if delivery.answer.accepted:
        return False
    return all(isinstance(effect, RowEffect) and effect.holds_key for effect in business_effects(delivery))
