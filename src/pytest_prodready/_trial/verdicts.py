"""From judgements to what pytest sees: held passes, broken fails, not judged is skipped with its reason."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from .._model.behaviour import Judgement
from .._model.finding import Finding, Rule

NO_WRITE = "not applicable: the test makes no write that the application answered"


class Outcome(NamedTuple):
    """What a variant's call ends with; ``text`` is the failure or the reason of the skip."""

    kind: Literal["passed", "failed", "skipped"]
    text: str = ""


def outcome(
    judgements: Sequence[Judgement],
    rules: Sequence[Rule],
    *,
    asserted: bool,
    strict: bool,
    own_failure: str,
    nodeid: str,
    elsewhere: Iterable[str] = (),
    unheard: Sequence[str] = (),
) -> Outcome:
    """The outcome of a variant.

    Args:
        judgements: one an operation and delivery.
        rules: the behaviour's rules, for the reasons why they matter.
        asserted: a marker asked for the behaviour; a probe's finding never fails by itself.
        strict: what was not judged fails too.
        own_failure: what the test's own failure was, or "".
        nodeid: the variant's id, to run just this again.
        elsewhere: addresses of this machine where nobody in this process received what the test sent.
        unheard: which libraries are not heard, and why, in sentences.
    """
    broken = [
        finding
        for judgement in judgements
        if judgement.verdict.name == "broken"
        for finding in judgement.findings
    ]
    if broken:
        text = "\n\n".join(dict.fromkeys(explain(finding, rules, nodeid) for finding in broken))
        if own_failure:
            text += f"\n\nthe test's own assertions failed after that, too: {own_failure}"
        if asserted:
            return Outcome("failed", text)
        return Outcome(
            "skipped", f"broken: {broken[0].message} ({broken[0].rule}; found by a probe, fails nothing)"
        )
    if not judgements:
        return Outcome("skipped", _nothing(own_failure, sorted(elsewhere), unheard))
    if any(judgement.verdict.name == "held" for judgement in judgements):
        return Outcome("passed")
    reasons = dict.fromkeys(f"{judgement.operation}: {judgement.verdict}" for judgement in judgements)
    return Outcome("failed" if strict and asserted else "skipped", "; ".join(reasons))


def _nothing(own_failure: str, elsewhere: Sequence[str], unheard: Sequence[str]) -> str:
    """Why there is nothing to judge."""
    if own_failure:
        return f"not judged: the test fails when it is run again: {own_failure}"
    if elsewhere:
        where = ", ".join(elsewhere)
        return f"not judged: no server of this process answers at {where}, and another process is not heard"
    if unheard:
        return f"not judged: {'; '.join(unheard)}"
    return NO_WRITE


def explain(finding: Finding, rules: Sequence[Rule], nodeid: str) -> str:
    """Fact, evidence, why it matters, cure, how to waive, how to run just this again, where to read more."""
    rule = next(rule for rule in rules if rule.id == finding.rule)
    lines = [
        f"{finding.rule}: {finding.message}",
        *finding.evidence,
        f"why:   {rule.why}",
        f"cure:  {finding.cure}",
        f'waive: @pytest.mark.prodready(skip={{"{rule.behaviour}": "<reason>"}})',
        f"again: {shlex.join(finding.argv)}",
        f"read:  docs/reference/{rule.behaviour}.md",
    ]
    return "\n".join(lines)


def command(nodeid: str) -> str:
    """The command line that runs one test again."""
    return f"pytest {shlex.quote(nodeid)}"
