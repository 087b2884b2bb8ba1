"""The end of the screen: the matrix within 100 columns, the findings, three gaps with the line to paste."""

from __future__ import annotations

from typing import Any

from .._model.finding import Finding
from .._model.verdict import Verdict
from .result import Result, ResultRow, plural, widest

WIDTH = 100
_MOST_FINDINGS = 10
_MOST_ROWS = 40
_MOST_GAPS = 3
_FEW_TESTS = 5
_SHOWN = {
    "held": "held",
    "broken": "BROKEN",
    "not-judged": "not judged",
    "not-covered": "-",
    "not-applicable": "",
    "waived": "waived",
}
_LEGEND = "(-: no test covers it; empty: no question for the method; not judged: see --prodready-explain)"
_COLOURS = {"broken": {"red": True, "bold": True}, "held": {"green": True}, "not-judged": {"yellow": True}}


def render(result: Result, reporter: Any, *, explain: bool, offer_probe: bool) -> None:
    """Write the summary.

    Args:
        result: the run.
        reporter: pytest's terminal reporter.
        explain: also say why each cell was not judged.
        offer_probe: end with the command that would deliver writes again.
    """
    if reporter.verbosity < 0:
        for finding in result.matrix.findings[:_MOST_FINDINGS]:
            place = f" at {finding.place}" if finding.place else ""
            reporter.write_line(f"{finding.severity} {finding.rule} {finding.operation}{place}")
        _more(result, reporter)
        reporter.write_line(_one_line(result))
        _gate(result, reporter)
        return
    reporter.write_sep("=", "prodready")
    if not result.matrix.heard:
        _nothing_heard(result, reporter)
        _alarms(result, reporter)
        return
    if result.matrix.counts["tests"] >= _FEW_TESTS or result.matrix.counts["variants"] or explain:
        _matrix(result, reporter)
        _findings(result, reporter)
        _gaps(result, reporter)
    else:
        _findings(result, reporter)
    if explain:
        _reasons(result, reporter)
    reporter.write_line(_one_line(result))
    reporter.write_line(_time(result))
    _alarms(result, reporter)
    if result.partial:
        reporter.write_line("partial run: gaps are not judged")
    elif offer_probe and not result.matrix.counts["variants"]:
        reporter.write_line("Would they take effect twice?  pytest --prodready=probe --prodready-report")
    _gate(result, reporter)


def _one_line(result: Result) -> str:
    matrix = result.matrix
    return (
        f"prodready: {plural(len(matrix.rows), 'operation')}; "
        f"{matrix.cells('broken')} broken, {matrix.cells('held')} held, "
        f"{matrix.cells('not-judged')} not judged, {matrix.cells('not-covered')} not covered; "
        f"{plural(len(matrix.findings), 'finding')}"
    )


def _time(result: Result) -> str:
    plain, variants = result.seconds
    return f"time: {plain:.1f} s plain, {variants:.1f} s variants"


def _nothing_heard(result: Result, reporter: Any) -> None:
    tests = plural(result.matrix.counts["tests"], "test")
    reporter.write_line(
        f"{tests} ran, 0 deliveries heard. Listened to: TestClient of Starlette and FastAPI, "
        "ASGITransport of httpx and httpx2."
    )


def _alarms(result: Result, reporter: Any) -> None:
    for alarm in result.matrix.alarms:
        reporter.write_line(f"alarm: {alarm}", yellow=True)


def _matrix(result: Result, reporter: Any) -> None:
    rows = sorted(result.matrix.rows, key=_interest)[:_MOST_ROWS]
    rows.sort(key=lambda row: result.matrix.rows.index(row))
    columns = result.columns
    widths = [max(len(name), widest(_SHOWN[row.cells[name].name] for row in rows)) for name in columns]
    room = WIDTH - sum(width + 2 for width in widths)
    first = min(room, max(len("operation"), widest(row.operation for row in rows)))
    heads = "  ".join(name.ljust(width) for name, width in zip(columns, widths, strict=True))
    reporter.write_line(f"{'operation'.ljust(first)}  {heads}".rstrip())
    for row in rows:
        _row(row, first, list(zip(columns, widths, strict=True)), reporter)
    reporter.write_line(_LEGEND)
    if len(result.matrix.rows) > len(rows):
        reporter.write_line(
            f"+{len(result.matrix.rows) - len(rows)} more operations in --prodready-out=report.json"
        )


def _row(row: ResultRow, first: int, columns: list[tuple[str, int]], reporter: Any) -> None:
    """One operation, with no space behind its last word."""
    reporter.write(_fit(row.operation, first))
    gap = 2
    for name, width in columns:
        verdict = row.cells[name]
        word = _SHOWN[verdict.name]
        if word:
            reporter.write(" " * gap)
            reporter.write(word, **_COLOURS.get(verdict.name, {}))
            gap = 0
        gap += width - len(word) + 2
    reporter.write_line("")


def _interest(row: ResultRow) -> int:
    """Broken rows are kept on the screen first, untested ones next."""
    names = {verdict.name for verdict in row.cells.values()}
    return 0 if "broken" in names else 1 if not row.tests else 2


def _fit(text: str, width: int) -> str:
    return text.ljust(width) if len(text) <= width else text[: width - 3] + "..."


def _findings(result: Result, reporter: Any) -> None:
    for finding in result.matrix.findings[:_MOST_FINDINGS]:
        _finding(finding, reporter)
    _more(result, reporter)


def _more(result: Result, reporter: Any) -> None:
    more = len(result.matrix.findings) - _MOST_FINDINGS
    if more > 0:
        reporter.write_line(f"+{more} more findings in --prodready-out=report.json")


def _finding(finding: Finding, reporter: Any) -> None:
    colour = {"red": True} if finding.severity == "error" else {}
    reporter.write_line("")
    reporter.write_line(f"{finding.severity} {finding.rule}", **colour)
    reporter.write_line(f"  {finding.message}")
    for line in finding.evidence:
        reporter.write_line(line)
    reporter.write_line(f"  cure: {finding.cure}")
    more = f" (+{len(finding.tests) - 1} more tests)" if len(finding.tests) > 1 else ""
    reporter.write_line(f"  test: {finding.test}{more}")


def _gaps(result: Result, reporter: Any) -> None:
    gaps = result.matrix.gaps
    if not gaps:
        return
    reporter.write_line("")
    reporter.write_line("close first:")
    for gap in gaps[:_MOST_GAPS]:
        reporter.write_line(f"  {gap.operation}: {gap.line}")
    if len(gaps) > _MOST_GAPS:
        reporter.write_line(f"  +{len(gaps) - _MOST_GAPS} more gaps in --prodready-out=report.json")


def _reasons(result: Result, reporter: Any) -> None:
    """One cause is one line, with the cells that it keeps from a verdict."""
    causes: dict[str, list[str]] = {}
    for row in result.matrix.rows:
        for name, verdict in row.cells.items():
            if verdict.name == "not-judged":
                causes.setdefault(_cause(name, verdict), []).append(row.operation)
    reporter.write_line("")
    for cause, operations in sorted(causes.items()):
        reporter.write_line(f"{cause}: {', '.join(operations)}")


def _cause(behaviour: str, verdict: Verdict) -> str:
    return f"{behaviour} not judged ({verdict.text})"


def _gate(result: Result, reporter: Any) -> None:
    if not result.gate_passed:
        reporter.write_line(f"prodready: failed by --prodready-fail-on={result.fail_on}:", red=True)
        for line in result.because():
            reporter.write_line(f"  {line}", red=True)
