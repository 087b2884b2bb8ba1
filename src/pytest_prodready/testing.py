"""The workbench for authors of behaviours: a small application and its tests, run under the plugin.

>>> from pytest_prodready.testing import Specimen
>>> specimen = Specimen({"test_it.py": "def test_it(): pass"})
>>> specimen.run().expect(outcomes={"passed": 1})
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Run", "Specimen"]

_REPORT = "prodready-specimen.json"


@dataclass(frozen=True)
class Run:
    """What one run of a specimen showed.

    Args:
        exit_code: pytest's exit code.
        outcomes: outcome to number of tests; setup and teardown errors count as ``error``.
        text: everything that was printed.
        report: the JSON report, or None where the run ended before it was written.
    """

    exit_code: int
    outcomes: Mapping[str, int]
    text: str
    report: Mapping[str, Any] | None

    @property
    def findings(self) -> list[str]:
        """``"<rule> <operation>"`` of each finding, in the report's order."""
        return [f"{finding['rule']} {finding['operation']}" for finding in self._report()["findings"]]

    def cells(self, verdict: str) -> list[str]:
        """``"<behaviour> <operation>"`` of each cell with this verdict.

        Args:
            verdict: e.g. ``held`` or ``not-judged``.
        """
        return [
            f"{name} {operation['name']}"
            for operation in self._report()["operations"]
            for name, cell in operation["cells"].items()
            if cell["verdict"] == verdict
        ]

    def expect(
        self,
        *,
        outcomes: Mapping[str, int] | None = None,
        findings: Iterable[str] | None = None,
        held: Iterable[str] = (),
        text: str | Iterable[str] = (),
        exit_code: int | None = None,
    ) -> Run:
        """Assert what the run showed, and return it.

        Args:
            outcomes: exactly these outcomes.
            findings: exactly these findings, as ``"<rule> <operation>"``, in any order.
            held: at least these cells held: silence with nothing judged does not count.
            text: this text, or each of these, was printed.
            exit_code: exactly this exit code.

        Raises:
            AssertionError: something differs; the whole output is part of the message.
        """
        self._same("outcomes", outcomes, dict(self.outcomes))
        self._same("exit code", exit_code, self.exit_code)
        if findings is not None:
            self._same("findings", sorted(findings), sorted(self.findings))
        missing = sorted(set(held) - set(self.cells("held"))) if held else []
        self._same("cells that should be held", [], missing)
        for part in [text] if isinstance(text, str) else text:
            if part not in self.text:
                raise AssertionError(f"not printed: {part!r}\n\n{self.text}")
        return self

    def _same(self, what: str, expected: object, seen: object) -> None:
        if expected is not None and expected != seen:
            raise AssertionError(f"{what}: expected {expected!r}, saw {seen!r}\n\n{self.text}")

    def _report(self) -> Mapping[str, Any]:
        if self.report is None:
            raise AssertionError(f"the run wrote no report\n\n{self.text}")
        return self.report


@dataclass(frozen=True)
class Specimen:
    """A small application with its tests: broken, with a known defect, or sound, its repaired twin.

    Args:
        files: relative path to text.
    """

    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, directory: Path) -> Specimen:
        """All text files of a directory.

        Args:
            directory: its root becomes the specimen's root.
        """
        return cls(
            {
                path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8")
                for path in sorted(directory.rglob("*"))
                if path.is_file() and path.suffix in (".py", ".toml", ".ini", ".cfg", ".json", ".txt")
            }
        )

    def renamed(self, words: Mapping[str, str]) -> Specimen:
        """The same specimen with every occurrence of some words replaced, in texts and file names.

        Args:
            words: old word to new word; longer words are replaced first.
        """
        files: dict[str, str] = {}
        for path, text in self.files.items():
            for old in sorted(words, key=len, reverse=True):
                path, text = path.replace(old, words[old]), text.replace(old, words[old])
            files[path] = text
        return Specimen(files)

    def run(self, *flags: str, subprocess: bool = False, report: bool = True, paths: bool = True) -> Run:
        """Run the specimen's tests in a fresh directory.

        Args:
            flags: pytest's command line.
            subprocess: in a new interpreter, where import state or exit codes matter; else in this
                process, which is faster.
            report: write the JSON report, which implies watching.
            paths: name the directory on the command line; without, the specimen's own configuration does.
        """
        with tempfile.TemporaryDirectory(prefix="specimen-") as name:
            root = Path(os.path.realpath(name))
            for path, text in self.files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            extra = [f"--prodready-out={root / _REPORT}"] if report else []
            where = [str(root)] if paths else []
            arguments = [f"--rootdir={root}", "-p", "no:cacheprovider", *flags, *extra, *where]
            run = _run_outside if subprocess else _run_inside
            exit_code, outcomes, text = run(root, arguments)
            written = root / _REPORT
            content = written.read_text(encoding="utf-8") if written.is_file() else ""
            return Run(exit_code, outcomes, text, json.loads(content) if content else None)


class _Counter:
    """Counts outcomes from reports, as pytest's last line does."""

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcome: str | None = None
        if report.when == "call" or (report.when == "setup" and report.skipped):
            outcome = "xfailed" if hasattr(report, "wasxfail") and report.skipped else report.outcome
        elif report.failed:
            outcome = "error"
        if outcome:
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.outcomes["error"] = self.outcomes.get("error", 0) + 1


def _run_inside(root: Path, arguments: list[str]) -> tuple[int, dict[str, int], str]:
    counter = _Counter()
    output = io.StringIO()
    with _isolated(root), contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = pytest.main(arguments, plugins=[counter])
    return int(code), counter.outcomes, output.getvalue()


@contextlib.contextmanager
def _isolated(root: Path) -> Iterator[None]:
    """Forget what the run imported from its own directory, and go back to where we were."""
    modules, path, directory = dict(sys.modules), list(sys.path), os.getcwd()
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(directory)
        sys.path[:] = path
        for name, module in list(sys.modules.items()):
            if name not in modules and str(getattr(module, "__file__", None) or "").startswith(str(root)):
                del sys.modules[name]


_COUNTING = """
import json, sys, pytest
from pytest_prodready.testing import _Counter
counter = _Counter()
code = pytest.main(sys.argv[2:], plugins=[counter])
with open(sys.argv[1], "w") as file:
    json.dump(counter.outcomes, file)
sys.exit(int(code))
"""


def _run_outside(root: Path, arguments: list[str]) -> tuple[int, dict[str, int], str]:
    counted = root / "prodready-outcomes.json"
    process = subprocess.run(
        # Counting imports the plugin before pytest does, which pytest would mention.
        [
            sys.executable,
            "-c",
            _COUNTING,
            str(counted),
            "-Wignore::pytest.PytestAssertRewriteWarning",
            *arguments,
        ],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    outcomes = json.loads(counted.read_text()) if counted.is_file() else {}
    return process.returncode, outcomes, process.stdout
