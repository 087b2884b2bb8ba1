"""Verdicts and the reason codes of what was not judged. A silent pass does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

VerdictName = Literal["held", "broken", "not-judged", "not-covered", "not-applicable", "waived"]

# The order is the one in which a cell tells them: what a user can act on first.
REASONS: dict[str, str] = {
    "unprotected": "no idempotency key promises anything, and a duplicate has a second effect",
    "unsafe": "the delivery reached an address outside loopback and mocks; it is not repeated",
    "remote-database": "the database is not on this machine; a probe repeats nothing there",
    "uncommitted": "rows were written, but no commit was heard",
    "on-commit": "callbacks wait for a commit that the test's own transaction never makes; "
    "use TransactionTestCase, or @pytest.mark.django_db(transaction=True)",
    "unknown-dependency": "something was sent to a dependency that no seam hears, or that is mocked away; "
    "it may ask or act",
    "seam-failed": "the plugin itself failed while it listened; the report's alarms say where",
    "opaque-write": "a statement wrote to tables that cannot be told from its text",
    "test-double": "the test's own code wrote while the request ran; what the application wrote cannot be "
    "told from it",
    "unsupported-database": "rows of this database cannot be compared yet",
    "large-table": "a written table has more rows than are compared",
    "overlapping": "another delivery ran at the same time, so whose rows are whose cannot be told",
    "unfinished": "the application went on working for a second after its answer was complete",
    "own-assertion": "the test's own assertions failed after the duplicate, with no second effect heard",
    "not-reproducible": "the first delivery was answered differently than in the unperturbed run",
    "duplicate-blocked": "the duplicate was turned away (401, 403, 419, 429, or 400 for what is signed), by "
    "its handler or before it; the fixture prodready_sign signs duplicates anew",
    "streaming": "the answer is a stream, which is never repeated",
    "streaming-request": "the request's body is a stream that can be sent only once",
    "log-or-business": "rows were left in a table that may be a log; the run does not tell",
    "failed-read": "a read that failed left a new row, which may be the record of its failure",
    "lazy-or-write": "the read filled in what was missing; one read alone does not tell a cache from a write",
    "no-database-heard": "no database was heard in the whole run, so silence proves nothing",
    "no-effects": "the first delivery had no effect that was heard, so a second one proves nothing",
    "one-shared-connection": "both deliveries use one connection, or the test's own transaction hides their "
    "rows from each other; give each request a connection of its own to a file or a server",
    "duplicate-never-ended": "the duplicate that ran beside the first delivery did not come to its end",
    "no-schedule": "the delivery made no statement, commit or call at which it could be tried",
    "plain-duplicate": "a plain duplicate has a second effect already, which the variant "
    "[prodready:duplicate] tells",
    "capped": "the test repeats the operation more often than is tried",
    "first-refused": "the first delivery was itself refused",
}


# What leaves it open which rows a delivery changed.
BLINDING = (
    "seam-failed",
    "unsupported-database",
    "opaque-write",
    "large-table",
    "test-double",
    "overlapping",
    "unfinished",
)


@dataclass(frozen=True)
class Verdict:
    """What became of one behaviour of one operation.

    Args:
        name: the verdict.
        reason: reason code, obligatory for ``not-judged`` and ``not-applicable``.
        text: the reason in words.
    """

    name: VerdictName
    reason: str = ""
    text: str = ""

    def __str__(self) -> str:
        shown = self.name.replace("-", " ")
        return f"{shown}: {self.text}" if self.text else shown


HELD = Verdict("held")
BROKEN = Verdict("broken")
NOT_COVERED = Verdict("not-covered")


def not_judged(reason: str, detail: str = "") -> Verdict:
    """``not judged: why``, with an optional detail behind the reason's own text."""
    text = REASONS[reason]
    return Verdict("not-judged", reason, f"{text}: {detail}" if detail else text)


# Which verdict a cell shows when its tests disagree: the worst that was proven, then the best.
RANK: tuple[VerdictName, ...] = ("broken", "waived", "held", "not-judged", "not-applicable", "not-covered")
_SEEN_UNPROTECTED = "unprotected"


def worst(verdicts: list[Verdict]) -> Verdict:
    """The verdict of a cell over all its tests: proven beats unproven, broken beats held.

    What was seen to have a second effect without promising otherwise is never shown as held. Ties are
    broken by reason, so that the order of tests does not matter.
    """
    if not verdicts:
        return NOT_COVERED
    return min(verdicts, key=_weight)


def _weight(verdict: Verdict) -> tuple[int, int, str]:
    rank = 0 if verdict.reason == _SEEN_UNPROTECTED else RANK.index(verdict.name)
    reasons = list(REASONS)
    order = reasons.index(verdict.reason) if verdict.reason in REASONS else len(reasons)
    return (rank, order, verdict.text)
