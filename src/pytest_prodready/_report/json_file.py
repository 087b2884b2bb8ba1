"""The JSON report: versioned, sorted, the same bytes for every order of tests."""

from __future__ import annotations

import importlib.metadata
import json
import shlex
from typing import Any

from .._model.finding import FINGERPRINT_VERSION, Finding
from .._model.verdict import Verdict
from .result import Result

SCHEMA_VERSION = "1.0"


def render(result: Result) -> str:
    """The report as text, ending in a newline."""
    return json.dumps(document(result), indent=2, ensure_ascii=False) + "\n"


def document(result: Result) -> dict[str, Any]:
    """The report as builtins. No wall times, no dates; paths from the root."""
    counts = result.matrix.counts
    rules = {rule.id: rule for rule in result.rules}
    return {
        "schema_version": SCHEMA_VERSION,
        "fingerprint_version": FINGERPRINT_VERSION,
        "tool": {"name": "pytest-prodready", "version": importlib.metadata.version("pytest-prodready")},
        "service": result.settings.service,
        "level": result.settings.level,
        "partial": result.partial,
        "run": {**counts, "plans_not_run": 0, "seed": 0},
        "heard": [
            {"seam": seam, "version": version, "deliveries": deliveries}
            for seam, (deliveries, version) in sorted(result.matrix.heard.items())
        ],
        "operations": [
            {
                "name": row.operation,
                "level": row.level,
                "tests": list(row.tests),
                "cells": {name: _cell(verdict) for name, verdict in row.cells.items()},
            }
            for row in result.matrix.rows
        ],
        "findings": [_finding(finding, result, rules[finding.rule]) for finding in result.matrix.findings],
        "gaps": [
            {"rule": f"gap/{gap.behaviour}", "operation": gap.operation, "line": gap.line}
            for gap in result.matrix.gaps
        ],
        "rules": [{"id": rule.id, "ran": result.ran(rule)} for rule in result.rules],
        "alarms": list(result.matrix.alarms),
        "gate": {"fail_on": result.fail_on, "passed": result.gate_passed, "because": result.because()},
    }


def _cell(verdict: Verdict) -> dict[str, str]:
    cell = {"verdict": verdict.name, "reason": verdict.reason, "text": verdict.text}
    return {key: value for key, value in cell.items() if value}


def _finding(finding: Finding, result: Result, rule: Any) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "status": "open",
        "operation": finding.operation,
        "tests": list(finding.tests),
        "path": finding.place.path if finding.place else finding.test.partition("::")[0],
        "line": finding.place.line if finding.place else 1,
        "message": finding.message,
        "evidence": list(finding.evidence),
        "cure": finding.cure,
        "category": rule.category,
        "layer": rule.layer,
        "data_class": None,
        "fingerprint": finding.fingerprint(result.settings.service),
        "reproduce": {"argv": finding.argv, "text": shlex.join(finding.argv)},
    }
