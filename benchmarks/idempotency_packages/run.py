"""Idempotency packages for Python's web frameworks under the plugin's trials, in one command:
``python benchmarks/idempotency_packages/run.py``.

Each package gets an environment of its own (by uv where there is one, else venv and pip) and the same small
payments application, wired up as its readme says. One marked test is run under all trials, and a table tells
the verdict of each. The packages are letters; ``--names`` prints what packages.toml calls them.

Needs the package index, and the Redis server of ``REDIS_URL`` (by default ``redis://127.0.0.1:6379/9``), in
which nothing is deleted: keys are of one run only and expire.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent
REPOSITORY = ROOT.parents[1]
STANDARD = "Idempotency-Key"
REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9")
EVERYWHERE = ("pytest", "pytest-timeout", "respx")
# Each trial, and the variant that makes it.
TRIALS = {
    "duplicate": "duplicate",
    "other payload": "duplicate",
    "other principal": "duplicate",
    "race": "race",
    "crash": "crash",
    "late": "keys",
    "failure": "keys",
}
# Rules that are a trial of their own within the variant.
OWN = {
    "idempotent/key-payload-mismatch": "other payload",
    "idempotent/key-crosses-principals": "other principal",
}


@dataclass(frozen=True)
class Package:
    """One package, and how it is installed.

    Args:
        letter: its name here.
        stack: the directory of the application that it protects.
        requires: what pip is told.
        beside: what is installed beside it.
        header: in which header it reads the key.
    """

    letter: str
    stack: str
    requires: str
    beside: Sequence[str] = ()
    header: str = STANDARD

    @property
    def name(self) -> str:
        """Its distribution's name."""
        return self.requires.partition("==")[0].partition("[")[0]

    @property
    def version(self) -> str:
        """The version that is judged."""
        return self.requires.partition("==")[2]


@dataclass(frozen=True)
class Verdict:
    """What one trial of one package showed.

    Args:
        word: ``held``, ``broken``, ``not judged``, or ``missed`` where a check by hand saw what was held.
        why: the rule, or the reason; "" where it held.
    """

    word: str
    why: str = ""


@dataclass(frozen=True)
class Row:
    """What the trials of one package showed.

    Args:
        package: which one.
        verdicts: trial to verdict.
        failure: why there are no verdicts, or "".
    """

    package: Package
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    failure: str = ""


def packages(only: Sequence[str] = ()) -> list[Package]:
    """Those asked for, or all."""
    known = [
        Package(
            letter, one["stack"], one["requires"], one.get("with", ()), one.get("header", "Idempotency-Key")
        )
        for letter, one in _listed()["NAMES"].items()
    ]
    if missing := set(only) - {package.letter for package in known}:
        raise SystemExit(f"no such package: {', '.join(sorted(missing))}")
    return [package for package in known if not only or package.letter in only]


def _listed() -> Mapping[str, Any]:
    return tomllib.loads((ROOT / "packages.toml").read_text(encoding="utf-8"))


def judge(package: Package, directory: Path) -> Row:
    """Install a package, put it in front of the application and run the trials."""
    python = directory / "bin" / "python"
    if failure := _install(package, directory):
        return Row(package, failure=f"does not install: {failure}")
    stage = directory / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    shutil.copytree(ROOT / package.stack, stage)
    shutil.copy(ROOT / "wired" / f"{package.letter}.py", stage / "wired.py")
    shutil.copy(ROOT / "test_payments.py", stage)
    flags = (
        "-q",
        "-p",
        "no:cacheprovider",
        "--timeout=120",
        "--junitxml=cases.xml",
        "--prodready-out=report.json",
    )
    run = subprocess.run(
        [str(python), "-m", "pytest", *flags],
        cwd=stage,
        env={**os.environ, "KEY_HEADER": package.header, "REDIS_URL": REDIS, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    (stage / "printed.txt").write_text(run.stdout + run.stderr, encoding="utf-8")
    if run.returncode not in (0, 1):
        return Row(package, failure=f"does not run: {_last_error(run.stdout + run.stderr)}")
    report = json.loads((stage / "report.json").read_text(encoding="utf-8"))
    return Row(package, verdicts(report, cases((stage / "cases.xml").read_text(encoding="utf-8"))))


def _install(package: Package, directory: Path) -> str:
    """Make the environment, or bring the plugin in a kept one up to date; what failed, or ""."""
    python = str(directory / "bin" / "python")
    uv = shutil.which("uv")
    install = (
        [uv, "pip", "install", "-q", "--python", python] if uv else [python, "-m", "pip", "install", "-q"]
    )
    if Path(python).exists():
        again = ["--reinstall"] if uv else ["--force-reinstall"]
        steps = [[*install, *again, "--no-deps", str(REPOSITORY)]]
    else:
        make = [uv, "venv", "-q", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        stack = _listed()["STACKS"][package.stack]
        steps = [
            [*make, str(directory)],
            [*install, package.requires, *package.beside, *stack, *EVERYWHERE, str(REPOSITORY)],
        ]
    for step in steps:
        run = subprocess.run(step, capture_output=True, text=True, check=False)
        if run.returncode:
            shutil.rmtree(directory, ignore_errors=True)
            return _last_error(run.stdout + run.stderr)
    return ""


def _last_error(printed: str) -> str:
    """The last line that names an error, without its colour and place."""
    lines = [line.strip().removeprefix("E").strip() for line in printed.splitlines() if "rror" in line]
    return lines[-1] if lines else "no error was printed"


def cases(xml: str) -> dict[str, tuple[str, str]]:
    """Each test of a JUnit report: its outcome, and what was said of it.

    Args:
        xml: the report.
    """
    found = {}
    for case in ElementTree.fromstring(xml).iter("testcase"):
        told = next((each for each in case if each.tag in ("skipped", "failure", "error")), None)
        said = "" if told is None else told.get("message", "")
        found[case.get("name", "")] = ("passed" if told is None else told.tag, said)
    return found


def verdicts(report: Mapping[str, Any], cases: Mapping[str, tuple[str, str]]) -> dict[str, Verdict]:
    """The verdict of each trial.

    Args:
        report: the plugin's JSON report.
        cases: each test's outcome.
    """
    return dict(_verdicts(report, cases))


def _verdicts(
    report: Mapping[str, Any], cases: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[str, Verdict]]:
    for trial, variant in TRIALS.items():
        outcome, said = cases.get(f"test_pay[prodready:{variant}]", ("skipped", "was not run"))
        found = [
            finding
            for finding in report["findings"]
            if any(test.endswith(f"test_pay[prodready:{variant}]") for test in finding["tests"])
        ]
        hidden_by = next((one["rule"] for one in found if _hides(one, trial, variant)), "")
        mine = [finding["rule"] for finding in found if _shown_by(finding, variant) == trial]
        if mine:
            yield trial, Verdict("broken", mine[0])
        elif trial == "other principal" and not _judges_principals(report):
            yield trial, _by_hand(cases)
        elif hidden_by:
            yield trial, Verdict("not judged", f"hidden by {hidden_by}")
        elif trial == "other principal" and _by_hand(cases).word == "broken":
            yield trial, Verdict("missed", _by_hand(cases).why)
        elif outcome == "passed" or found:
            yield trial, Verdict("held")
        else:
            yield trial, Verdict("not judged", said.removeprefix("not judged: ").split(": ")[-1])


def _shown_by(finding: Mapping[str, Any], variant: str) -> str:
    """The trial that a finding belongs to: its rule's, its schedule's, or the variant's first."""
    if finding["rule"] in OWN:
        return OWN[finding["rule"]]
    if variant == "keys" and "--prodready-replay=f" in finding["reproduce"]["text"]:
        return "failure"
    return next(trial for trial, made_by in TRIALS.items() if made_by == variant)


def _hides(finding: Mapping[str, Any], trial: str, variant: str) -> bool:
    """Whether another trial of the variant was not made any more, since this was found first."""
    order = [one for one, made_by in TRIALS.items() if made_by == variant]
    return finding["rule"] not in OWN and order.index(_shown_by(finding, variant)) < order.index(trial)


def _judges_principals(report: Mapping[str, Any]) -> bool:
    """Whether this plugin has the rule; an older one leaves it to the checks by hand."""
    return "idempotent/key-crosses-principals" in {rule["id"] for rule in report["rules"]}


def _by_hand(cases: Mapping[str, tuple[str, str]]) -> Verdict:
    """What the checks by hand say of a second user and of a caller without credentials."""
    others = ("second-user", "anonymous")
    outcomes = {other: cases.get(f"test_another_is_not_given_the_stored_answer[{other}]") for other in others}
    crossed = [other for other, case in outcomes.items() if case is not None and case[0] == "failure"]
    if crossed:
        return Verdict("broken", f"by hand: {' and '.join(crossed)} given the stored answer")
    if all(case is not None and case[0] == "passed" for case in outcomes.values()):
        return Verdict("held", "by hand")
    return Verdict("not judged", "by hand: the check itself failed")


def table(rows: Sequence[Row], names: bool = False) -> str:
    """The rows as text: one line a package, then what is behind each verdict that is not ``held``.

    Args:
        rows: what was shown.
        names: print the packages' own names.
    """
    heads = ["package", "version", *TRIALS]
    lines = [[*_called(row.package, names), *(_cell(row, trial) for trial in TRIALS)] for row in rows]
    widths = [max(len(line[column]) for line in [heads, *lines]) for column in range(len(heads))]
    printed = [
        "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()
        for line in [heads, *lines]
    ]
    return "\n".join([*printed, "", *(note for row in rows for note in _notes(row))])


def _called(package: Package, names: bool) -> tuple[str, str]:
    return f"{package.letter} {package.name}" if names else package.letter, package.version


def _cell(row: Row, trial: str) -> str:
    return row.verdicts[trial].word if trial in row.verdicts else "-"


def _notes(row: Row) -> Iterator[str]:
    if row.failure:
        yield f"{row.package.letter}: {row.failure}"
    for trial, verdict in row.verdicts.items():
        if verdict.why:
            yield f"{row.package.letter} {trial}: {verdict.why}"


def main() -> int:
    """Judge what the command line asks for."""
    parser = argparse.ArgumentParser(description="Idempotency packages under the plugin's trials.")
    parser.add_argument("--only", action="append", default=[], metavar="LETTER", help="this one; repeatable")
    parser.add_argument("--names", action="store_true", help="print the packages' own names")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the environments there, and use them again"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="idempotency-packages-") as temporary:
        rows = []
        for package in packages(options.only):
            print(f"{package.letter} ...", file=sys.stderr, flush=True)
            rows.append(judge(package, (options.keep or Path(temporary)) / package.letter))
        print(table(rows, options.names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
