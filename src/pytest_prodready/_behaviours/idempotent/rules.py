"""The rules of idempotency, and how their findings are made."""

from __future__ import annotations

from ..._model.behaviour import Trial
from ..._model.delivery import Delivery
from ..._model.effect import Place
from ..._model.finding import Finding, Rule

# How a copy is turned away for who sends it or how often, before anything tells what it would have done.
BLOCKED = frozenset({401, 403, 419, 429})
_DRAFT = "draft-ietf-httpapi-idempotency-key-header; RFC 9110, section 9.2.2"

RULES = (
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
        "idempotent/key-crosses-principals",
        "error",
        "A caller is answered with what another caller's key has stored.",
        "Clients choose keys, which are no secret: one reads another's answer, and its own request is lost.",
        "Authenticate before the key is looked up, and store the key together with the account that used it, "
        "unique only together.",
        "draft-ietf-httpapi-idempotency-key-header, section 5; OWASP API1:2023",
        "security",
        "constraints",
    ),
    Rule(
        "idempotent/key-not-required",
        "error",
        "A request without the idempotency key that the operation requires is carried out.",
        "A client that forgets the key can double what it does, and nobody notices until it retries.",
        "Answer a request without its key with 400, before anything is done.",
        "draft-ietf-httpapi-idempotency-key-header, section 2.7",
        "business",
        "constraints",
    ),
    Rule(
        "idempotent/duplicate-rejected-forever",
        "error",
        "A webhook that comes again is refused instead of acknowledged.",
        "Its sender takes that for a failure: it delivers again for days, then switches the webhook off.",
        "Answer an event that is known with 2xx, like the first time; refuse only what is not genuine.",
        "Standard Webhooks, at-least-once delivery; RFC 9110, section 15.5",
        "operational",
        "operation",
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
    Rule(
        "idempotent/concurrent-duplicate",
        "error",
        "Two copies of a request that are in flight at once both take effect.",
        "A client that times out sends again while the first copy runs; brokers hand out a message twice.",
        "Let the database decide who is first: insert the key under a unique constraint before the work, or "
        "lock a row that both copies read; a look-up alone decides nothing.",
        "draft-ietf-httpapi-idempotency-key-header, section 2.6; at-least-once delivery of brokers",
        "architecture",
        "constraints",
    ),
    Rule(
        "idempotent/lost-work",
        "error",
        "A request whose first delivery died is never finished by its redelivery.",
        "The sender is told that all is well, or is refused for ever, and the work was not done.",
        "Store the key in the same transaction as the work, or store how far the work has come and go on "
        "from there; let a claim that nobody finished expire.",
        "draft-ietf-httpapi-idempotency-key-header, section 2.6",
        "operational",
        "operation",
    ),
)


def rule(defect: str) -> Rule:
    """The rule ``idempotent/<defect>``."""
    return next(rule for rule in RULES if rule.id == f"idempotent/{defect}")


def made(
    rule: Rule,
    trial: Trial,
    first: Delivery,
    message: str,
    evidence: tuple[str, ...],
    place: Place | None = None,
) -> Finding:
    """A finding of that rule on a delivery of the trial."""
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
