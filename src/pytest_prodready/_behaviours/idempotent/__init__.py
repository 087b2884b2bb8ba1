"""The same request delivered again leaves the same state and has no second effect.

Clients, proxies, mobile networks and brokers deliver again whenever an answer is late. The variant
delivers each write of the test a second time, with the same bytes, right after the first, and compares
what is left: rows, and calls to dependencies. Statement counts and status codes decide nothing. A key is
tried with what must not come under it. More variants try schedules: the duplicate while the first delivery
is held up, after the first has died or failed, and when its key may have been forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..._model.behaviour import Behaviour, Judgement, Option, Redelivery, Trial
from ..._model.delivery import Delivery
from ..._model.effect import SAFE_METHODS
from . import keys, schedules, sequential
from .rules import RULES

# Variant to the keywords any of which asks for it.
_ASKED_BY = {"race": ("concurrent",), "crash": ("crash",), "keys": ("key", "crash")}


def plan(first: Delivery, options: Mapping[str, Any]) -> Sequence[Redelivery] | str:
    """Each write again, and again as a broker flags it; where it has a key, what else may come under it."""
    if first.safe:
        return ()
    if first.answer.status >= 400:
        return "first-refused"
    if any(call.real for call in first.calls):
        return "unsafe"
    again = [Redelivery()] * (options.get("deliveries", 2) - 1)
    return [*again, Redelivery("redelivered"), *keys.redeliveries(first, options)]


def judge(trial: Trial) -> Iterator[Judgement]:
    """One judgement a write of the trial."""
    return schedules.judge(trial) if trial.variant in _ASKED_BY else sequential.judge(trial)


BEHAVIOUR = Behaviour(
    name="idempotent",
    summary="each write the test makes is delivered again: same state, no second effect",
    rules=RULES,
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
        Option("key_required", "True or False", lambda value: isinstance(value, bool)),
        Option("concurrent", "True or False", lambda value: isinstance(value, bool)),
        Option("crash", "True or False", lambda value: isinstance(value, bool)),
        Option(
            "call",
            "a module and a function in it, such as 'app.tasks:charge'",
            lambda value: isinstance(value, str) and re.fullmatch(r"[\w.]+:[\w.]+", value) is not None,
        ),
    ),
    variants=("duplicate", *_ASKED_BY),
    wanted=lambda variant, options: variant not in _ASKED_BY or any(map(options.get, _ASKED_BY[variant])),
    demanding={"payment": {"concurrent": True, "crash": True}},
    explores={"race": ("race",), "crash": ("crash",), "keys": ("late", "failure", "batch")},
    plan=plan,
    judge=judge,
    remedy="@pytest.mark.idempotent",
)
