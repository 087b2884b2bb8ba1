"""What two deliveries of one request have left together, laid beside what one delivery leaves.

The reference is the same test with the duplicate *after* the first delivery: what a correct application
does twice anyway (a row in an audit log, a counter of attempts) it does there as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from .._model.delivery import Delivery
from .._model.effect import CallEffect, Effect, RowEffect
from .significance import bookkeeping

Kind = tuple[str, ...]


def surplus(
    together: Delivery, references: Sequence[Delivery], reads: frozenset[str], *, logs_tell_when: bool = False
) -> list[Effect]:
    """The effects that are there once more than in any reference.

    Args:
        together: what was left by deliveries that met.
        references: what one delivery leaves, and what a plain duplicate leaves.
        reads: tables that the application reads; what it never reads is a log of attempts.
        logs_tell_when: there was one delivery alone, so that only rows that are dated may be its log.
    """
    found = _more(together, references)
    logs = [
        effect for effect in found if _may_be_log(effect, reads) and (_dated(effect) or not logs_tell_when)
    ]
    if len(logs) == len(found) and _does_more(together, found):
        return []
    return found


def missing(together: Delivery, reference: Delivery, reads: frozenset[str]) -> list[Effect]:
    """The effects of one undisturbed delivery that are not there, less the lines of a log."""
    lost = _more(reference, [together])
    return [effect for effect in lost if not (_may_be_log(effect, reads) and _dated(effect))]


def _does_more(together: Delivery, found: Sequence[Effect]) -> bool:
    """Whether these effects are not all that was done, the key aside: then they may be the log of it."""
    aside = {effect.table for effect in found if isinstance(effect, RowEffect)}
    aside |= {row.table for row in together.rows if row.holds_key}
    return any(
        not isinstance(effect, RowEffect) or effect.table not in aside for _, effect in _kinds(together)
    )


def _dated(effect: Effect) -> bool:
    return isinstance(effect, RowEffect) and effect.dated


def _more(some: Delivery, others: Sequence[Delivery]) -> list[Effect]:
    """What of ``some`` goes beyond each of the others."""
    allowed: Counter[Kind] = Counter()
    for other in others:
        allowed |= Counter(kind for kind, _ in _kinds(other))
    found: list[Effect] = []
    for kind, effect in _kinds(some):
        allowed[kind] -= 1
        if allowed[kind] < 0:
            found.append(effect)
    return found


def _kinds(delivery: Delivery) -> Iterable[tuple[Kind, Effect]]:
    """Each effect by what makes it equal to another: never by its values, but by how numbers changed."""
    for row in delivery.rows:
        if row.action != "change":
            yield ("row", row.table, row.action), row
        elif not bookkeeping(row) and not row.tally:
            for change in _changes(row):
                yield ("row", row.table, *change), row
    yield from _calls(delivery)


def _changes(row: RowEffect) -> list[tuple[str, ...]]:
    """One a number that changed, by how much; one for all else."""
    changed: list[tuple[str, ...]] = [(name, str(delta)) for name, delta in sorted(row.deltas.items())]
    others = {name for name, nature in row.columns.items() if nature != "temporal"} - row.deltas.keys()
    return [*changed, ("change",)] if others or not changed else changed


def _calls(delivery: Delivery) -> Iterable[tuple[Kind, Effect]]:
    """Writing calls that the dependency would carry out: one a provider key, or a payload of a PUT."""
    seen: set[Any] = set()
    for call in delivery.calls:
        if not call.writes or call.failed:
            continue
        same = _sameness(call)
        if same is None or same not in seen:
            seen.add(same)
            yield ("call", call.dependency, call.method, call.path), call


def _sameness(call: CallEffect) -> tuple[Any, ...] | None:
    where = (call.dependency, call.method, call.path)
    if call.key is not None:
        return (*where, "key", call.key)
    return (*where, "payload", call.payload) if call.method in ("PUT", "DELETE") else None


def _may_be_log(effect: Effect, reads: frozenset[str]) -> bool:
    """A new row of a table that nothing was seen reading or referring to."""
    return (
        isinstance(effect, RowEffect)
        and effect.action == "insert"
        and effect.table not in reads
        and not effect.referenced
    )
