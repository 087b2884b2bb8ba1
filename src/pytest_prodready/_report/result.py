"""What every format renders: one run's merged result. No format knows what a behaviour is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from .._model.behaviour import Behaviour
from .._model.finding import Finding, Rule
from .._model.verdict import Verdict


class ResultRow(Protocol):
    """One operation of the matrix."""

    @property
    def operation(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def tests(self) -> tuple[str, ...]: ...
    @property
    def cells(self) -> Mapping[str, Verdict]: ...


class ResultGap(Protocol):
    """A required cell that nothing covers, and the line to paste."""

    @property
    def operation(self) -> str: ...
    @property
    def behaviour(self) -> str: ...
    @property
    def line(self) -> str: ...


class ResultMatrix(Protocol):
    """The merged evidence of a run."""

    @property
    def rows(self) -> Sequence[ResultRow]: ...
    @property
    def findings(self) -> Sequence[Finding]: ...
    @property
    def gaps(self) -> Sequence[ResultGap]: ...
    @property
    def counts(self) -> Mapping[str, int]: ...
    @property
    def heard(self) -> Mapping[str, tuple[int, str]]: ...
    @property
    def alarms(self) -> Sequence[str]: ...

    def cells(self, name: str) -> int: ...


class ResultSettings(Protocol):
    """The part of the configuration that reports state."""

    @property
    def service(self) -> str: ...
    @property
    def level(self) -> str | None: ...


@dataclass(frozen=True)
class Result:
    """One run, ready to be rendered.

    Args:
        matrix: rows, findings, gaps, counts.
        rules: every rule of the catalogue, so that a reader can tell "found nothing" from "did not run".
        behaviours: the columns.
        settings: service and level.
        partial: the run was narrowed; gaps are not judged.
        fail_on: ``never``, ``new`` or ``any``.
        seconds: spent in base tests and in variants; for the screen only, never in a file.
    """

    matrix: ResultMatrix
    rules: tuple[Rule, ...]
    behaviours: tuple[Behaviour, ...]
    settings: ResultSettings
    partial: bool
    fail_on: str
    seconds: tuple[float, float] = (0.0, 0.0)

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names: the happy path, then the behaviours."""
        return ("happy", *(behaviour.name for behaviour in self.behaviours))

    @property
    def gating(self) -> list[Finding]:
        """The findings that count for the gate: errors proven at run time. Without a baseline all are new."""
        if self.fail_on == "never":
            return []
        return [
            finding
            for finding in self.matrix.findings
            if finding.severity == "error" and finding.confidence == "A"
        ]

    @property
    def gate_passed(self) -> bool:
        return not self.gating

    def because(self) -> list[str]:
        """Why the gate failed, one line a finding."""
        return [f"{finding.rule} {finding.operation}" for finding in self.gating]

    def ran(self, rule: Rule) -> bool:
        """Whether the rule's behaviour was judged at all in this run."""
        judged = {"held", "broken", "waived"}
        return any(
            row.cells[rule.behaviour].name in judged
            for row in self.matrix.rows
            if rule.behaviour in row.cells
        )


def plural(count: int, noun: str) -> str:
    """``1 test``, ``2 tests``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def widest(texts: Iterable[str]) -> int:
    """The length of the longest text, or 0."""
    return max((len(text) for text in texts), default=0)
