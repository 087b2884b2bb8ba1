"""Evidence of all tests, merged into operations, cells and findings; the same for every order of tests."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .._model.behaviour import LEVELS, Behaviour, Judgement, Suite
from .._model.delivery import Operation
from .._model.finding import Finding
from .._model.verdict import HELD, NOT_COVERED, Verdict, worst
from .catalogue import Catalogue
from .evidence import Evidence
from .settings import Settings

HAPPY = "happy"
_SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Row:
    """One operation: its level, its tests, a verdict a behaviour, and the first test where it succeeded."""

    operation: str
    level: str
    tests: tuple[str, ...]
    cells: Mapping[str, Verdict]
    happy: str = ""


@dataclass(frozen=True)
class Gap:
    """What to close first: an operation, a behaviour, and the line to paste."""

    operation: str
    behaviour: str
    line: str


@dataclass
class Matrix:
    """All that a run showed.

    Args:
        rows: operations, by name.
        findings: merged over tests, worst first, then by rule and operation.
        gaps: required cells that no test covers, the most critical first; empty on a partial run.
        counts: tests, deliveries, effects, variants.
        heard: inbound seam to deliveries and version.
        alarms: seams that could not listen.
    """

    rows: list[Row]
    findings: list[Finding]
    gaps: list[Gap]
    counts: Mapping[str, int]
    heard: Mapping[str, tuple[int, str]]
    alarms: list[str] = field(default_factory=list)

    def cells(self, name: str) -> int:
        """How many cells have this verdict."""
        return sum(verdict.name == name for row in self.rows for verdict in row.cells.values())


def merge(evidence: Iterable[Evidence], catalogue: Catalogue, settings: Settings, partial: bool) -> Matrix:
    """Build the matrix; evidence may come in any order."""
    ordered = sorted(evidence, key=lambda one: one.test)
    suite = _suite(ordered)
    judgements = [
        judgement for one in ordered for judgement in (*one.judgements, *_watch(one, catalogue, suite))
    ]
    rows = _rows(ordered, judgements, catalogue, settings)
    return Matrix(
        rows=rows,
        findings=_findings(judgements),
        gaps=[] if partial else _gaps(rows, catalogue),
        counts=_counts(ordered),
        heard=_heard(ordered),
        alarms=sorted({alarm for one in ordered for alarm in one.alarms}),
    )


def _suite(evidence: Iterable[Evidence]) -> Suite:
    writers: defaultdict[str, set[str]] = defaultdict(set)
    reads: set[str] = set()
    shown: set[str] = set()
    heard = False
    for one in evidence:
        for delivery in one.deliveries:
            reads |= delivery.reads
            shown |= delivery.shown
            heard = heard or delivery.database_heard
            for row in delivery.rows:
                writers[row.table].add(str(delivery.operation))
    return Suite(
        {table: frozenset(by) for table, by in writers.items()}, frozenset(reads), frozenset(shown), heard
    )


def _watch(one: Evidence, catalogue: Catalogue, suite: Suite) -> Iterable[Judgement]:
    if one.variant:
        return
    for behaviour in catalogue.behaviours.values():
        if behaviour.watch is not None:
            yield from behaviour.watch(one.test, one.deliveries, suite)


def _rows(
    evidence: list[Evidence], judgements: list[Judgement], catalogue: Catalogue, settings: Settings
) -> list[Row]:
    tests: defaultdict[str, set[str]] = defaultdict(set)
    happy: dict[str, str] = {}
    for one in evidence:
        for route in one.routes:
            tests[route]
        for delivery in one.deliveries:
            if delivery.operation is not None:
                tests[str(delivery.operation)].add(one.test)
                if delivery.answer.succeeded:
                    happy.setdefault(str(delivery.operation), one.test)
    verdicts: defaultdict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for judgement in judgements:
        tests[judgement.operation]
        verdicts[judgement.operation, judgement.behaviour].append(judgement.verdict)
    return [
        Row(
            operation,
            settings.level_of(operation),
            tuple(sorted(tests[operation])),
            {
                HAPPY: HELD if operation in happy else NOT_COVERED,
                **{
                    name: _cell(behaviour, operation, verdicts[operation, name])
                    for name, behaviour in catalogue.behaviours.items()
                },
            },
            happy.get(operation, ""),
        )
        for operation in sorted(
            tests, key=lambda name: (Operation.parse(name).route, Operation.parse(name).method)
        )
    ]


def _cell(behaviour: Behaviour, operation: str, verdicts: list[Verdict]) -> Verdict:
    method = Operation.parse(operation).method
    if not behaviour.applies(method):
        return Verdict("not-applicable", "method", f"{behaviour.name} is no question for {method}")
    return worst(verdicts)


def _findings(judgements: Iterable[Judgement]) -> list[Finding]:
    """One finding a rule and operation, with the tests that showed it; the plainest test's evidence."""
    grouped: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for judgement in judgements:
        for finding in judgement.findings:
            grouped[finding.rule, finding.operation].append(finding)
    merged = [
        replace(found[0], tests=tuple(sorted({finding.test for finding in found})))
        for found in (sorted(group, key=_plainest) for group in grouped.values())
    ]
    return sorted(merged, key=lambda one: (_SEVERITIES.index(one.severity), one.rule, one.operation))


def _plainest(finding: Finding) -> tuple[bool, int, int, str, str]:
    """Inserts and calls before changes, the least around the finding, then the first by name."""
    return (finding.faint, len(finding.evidence), len(finding.test), finding.test, finding.message)


def _gaps(rows: list[Row], catalogue: Catalogue) -> list[Gap]:
    """Required and not covered: untested operations first, then what a marker would cover."""
    gaps: list[tuple[tuple[int, int, str], Gap]] = []
    for row in rows:
        if row.operation.partition(" ")[0] in ("GET", "HEAD") and row.tests:
            continue
        if not row.tests:
            gaps.append(
                (
                    (0, _criticality(row), row.operation),
                    Gap(row.operation, HAPPY, "no test reaches it at all"),
                )
            )
            continue
        for name, behaviour in catalogue.behaviours.items():
            required = behaviour.levels.get(row.level) == "required"
            if required and row.cells[name].name == "not-covered" and (row.happy or not behaviour.marker):
                line = f"{behaviour.remedy}   on {row.happy}" if behaviour.marker else behaviour.remedy
                weight = 1 if behaviour.marker else 2
                gaps.append(((weight, _criticality(row), row.operation), Gap(row.operation, name, line)))
    return [gap for _, gap in sorted(gaps, key=lambda entry: entry[0])]


def _criticality(row: Row) -> int:
    return -LEVELS.index(row.level)


def _counts(evidence: list[Evidence]) -> dict[str, int]:
    bases = [one for one in evidence if not one.variant]
    return {
        "tests": len(bases),
        "deliveries": sum(len(one.deliveries) + one.dropped for one in bases),
        "effects": sum(len(delivery.effects) for one in bases for delivery in one.deliveries),
        "variants": len(evidence) - len(bases),
    }


def _heard(evidence: list[Evidence]) -> dict[str, tuple[int, str]]:
    counts: Counter[str] = Counter()
    versions: dict[str, str] = {}
    for one in evidence:
        if not one.variant:
            counts.update(one.heard)
        versions.update(one.versions)
    return {seam: (counts[seam], versions.get(seam, "unknown")) for seam in sorted(counts)}
