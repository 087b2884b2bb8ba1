"""The oracle of schedules: two copies in flight at once, and a delivery that died on its way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..._model.behaviour import Encounter, Exchange, Judgement, Trial
from ..._model.delivery import Delivery
from ..._model.effect import Effect
from ..._model.finding import Finding, Rule
from ..._model.verdict import BROKEN, HELD, Verdict, not_judged
from ..._trial.joint import missing, surplus
from ..._trial.significance import business_effects, second_effects
from ..._trial.wording import lines_of, story
from .rules import BLOCKED, rule

# What a database tells the loser of a race; SQLite tells it where a server would have made it wait.
_LOST_RACE = frozenset({"OperationalError"})
_IN_FLIGHT = frozenset({503})
# How a copy is told that the first is still at work.
_IN_PROGRESS = frozenset({409, 423, 425})


def judge(trial: Trial) -> Iterator[Judgement]:
    """One judgement a delivery of the test that was tried."""
    for number, control in trial.controls.items():
        if control.operation is None or control.safe:
            continue
        mine = [encounter for encounter in trial.encounters if encounter.first.number == number]
        reason = trial.untried.get(number, "" if mine else "no-schedule")
        plain = next((encounter for encounter in mine if encounter.schedule.kind == "sequential"), None)
        finding = None
        if plain is not None and _repeats(trial, control, plain):
            reason = "plain-duplicate"
        elif plain is not None:
            finding = next(_findings(trial, control, plain, mine), None)
        verdict = BROKEN if finding is not None else _verdict(control, mine, reason)
        found = () if finding is None else (finding,)
        yield Judgement("idempotent", str(control.operation), verdict, found)


def _blocked(encounter: Encounter) -> bool:
    """Whether all its copies were turned away for who sent them, or how late."""
    turned = [again.answer.status in BLOCKED for again in encounter.again]
    return bool(turned) and all(turned)


def _repeats(trial: Trial, control: Delivery, plain: Encounter) -> bool:
    """Whether the duplicate has a second effect even when it simply comes after its delivery."""
    exchange = Exchange(first=plain.first, control=control, again=plain.again)
    return any(second_effects(exchange, again, trial.reads, trial.shown) for again in plain.again)


def _verdict(control: Delivery, mine: Sequence[Encounter], reason: str) -> Verdict:
    """Why silence would prove nothing, or that it does."""
    if reason:
        return not_judged(reason)
    limit = next((encounter.limit for encounter in mine if encounter.limit), "")
    if limit:
        return not_judged(limit)
    if any(delivery.unknown for encounter in mine for delivery in (encounter.first, *encounter.again)):
        return not_judged("unknown-dependency")
    if not business_effects(control):
        return not_judged("no-effects")
    tried = [encounter for encounter in mine if encounter.schedule.kind != "sequential"]
    if not tried:
        return not_judged("no-schedule")
    if any(_blocked(encounter) for encounter in tried):
        return not_judged("duplicate-blocked")
    return HELD


def _findings(
    trial: Trial, control: Delivery, plain: Encounter, mine: Sequence[Encounter]
) -> Iterator[Finding]:
    judges = {"race": _race, "crash": _crash, "late": _late, "failure": _failure, "batch": _batch}
    for encounter in mine:
        if encounter is not plain and not encounter.limit:
            yield from judges[encounter.schedule.kind](trial, control, plain, encounter)


def _race(trial: Trial, control: Delivery, plain: Encounter, race: Encounter) -> Iterator[Finding]:
    more = surplus(race.together, [control, plain.together], trial.reads)
    if more:
        fact = "took effect twice while two copies of it were in flight"
        yield _finding(trial, race, "concurrent-duplicate", fact, more)
    elif any(_broke(delivery) for delivery in (race.first, *race.again)):
        yield _finding(trial, race, "different-response", "failed while two copies of it were in flight", ())


def _late(trial: Trial, control: Delivery, plain: Encounter, late: Encounter) -> Iterator[Finding]:
    """Only where the request carries a key, which promises more than a moment."""
    more = surplus(late.together, [control, plain.together], trial.reads)
    if more and late.first.keyed:
        fact = "was delivered again half a day later, when its key was forgotten, and took effect again"
        yield _finding(trial, late, "duplicate-effect", fact, more)


def _crash(trial: Trial, control: Delivery, plain: Encounter, crash: Encounter) -> Iterator[Finding]:
    more = surplus(crash.together, [control, plain.together], trial.reads)
    if more:
        fact = "died on its way, was delivered again, and took effect twice"
        yield _finding(trial, crash, "duplicate-effect", fact, more)
        return
    less = missing(crash.together, control, trial.reads)
    if less:
        fact = "died on its way, was delivered again, and its work was never finished"
        yield _finding(trial, crash, "lost-work", fact, less)


def _failure(trial: Trial, control: Delivery, plain: Encounter, failure: Encounter) -> Iterator[Finding]:
    """Where the sender was told so. What the application then did twice, the crash at the same act tells."""
    if not failure.again or failure.first.answer.status < 500:
        return
    last = failure.again[-1].answer
    less = missing(failure.together, control, trial.reads)
    if less and (last.succeeded or last.status in _IN_PROGRESS):
        told = f"then {last.told}" if last.succeeded else f"is answered {last} for ever"
        fact = f"failed with a dependency, was delivered again, {told}, and its work was never done"
        yield _finding(trial, failure, "lost-work", fact, less)


def _batch(trial: Trial, control: Delivery, plain: Encounter, batch: Encounter) -> Iterator[Finding]:
    more = surplus(batch.together, [control], trial.reads, logs_tell_when=True)
    if more:
        fact = "took effect twice for an element that came twice in it"
        yield _finding(trial, batch, "duplicate-effect", fact, more)
    elif _broke(batch.first):
        yield _finding(trial, batch, "different-response", "failed where an element came twice in it", ())


def _broke(delivery: Delivery) -> bool:
    answer = delivery.answer
    return answer.status >= 500 and answer.status not in _IN_FLIGHT and answer.raised not in _LOST_RACE


def _finding(
    trial: Trial, encounter: Encounter, defect: str, fact: str, effects: Sequence[Effect]
) -> Finding:
    found: Rule = rule(defect)
    first = encounter.first
    title = "missing" if defect == "lost-work" else "second effect"
    copies = [line for number, again in enumerate(encounter.again, start=2) for line in story(again, number)]
    return Finding(
        rule=found.id,
        severity=found.severity,
        operation=str(first.operation),
        test=trial.test,
        message=f"{first.operation} {fact}",
        cure=found.cure,
        evidence=(
            f"  schedule         {encounter.schedule}",
            *story(first, 1),
            *copies,
            *lines_of(title, effects),
        ),
        place=next((effect.place for effect in effects if effect.place), None),
        replay=encounter.schedule.token,
    )
