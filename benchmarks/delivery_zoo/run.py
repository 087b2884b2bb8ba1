"""The delivery zoo in one command: ``python benchmarks/delivery_zoo/run.py``.

Runs each entry on each of its databases and prints what was expected and what was found, then totals, for
visible entries and for those that were held back. PostgreSQL is the server of ``ZOO_POSTGRESQL``, by default
``postgresql+psycopg://postgres@127.0.0.1:5432/test``. Ends with 1 where a line is not right.

Beside the verdicts stands how many schedules were run and how long one takes, fixtures included. A duplicate
that waits for a lock is given 0.15 s by design, so the budget, a median of 100 ms, is for those without one.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from pytest_prodready.testing import Run, Specimen

ROOT = Path(__file__).resolve().parent
RULES = ("concurrent-duplicate", "different-response", "duplicate-effect", "lost-work")
POSTGRESQL = os.environ.get("ZOO_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
SERVERS = {"sqlite": "", "postgresql": POSTGRESQL}
FLAGS = ("-q", "-p", "no:randomly", "--timeout=120")
# Milliseconds, for one schedule in which no lock is waited for.
BUDGET = 100


@dataclass(frozen=True)
class Entry:
    """One handler with its test and what is expected of it.

    Args:
        path: its directory.
        facts: its expect.toml.
    """

    path: Path
    facts: Mapping[str, Any]

    @property
    def held_back(self) -> bool:
        """Whether it was kept from the authors of the trials."""
        return bool(self.facts["held_back"])

    def expected(self, database: str) -> list[str]:
        """The rules, without their behaviour's name, that a run on this database shows."""
        findings = self.facts.get("findings_by_database", {}).get(database, self.facts["findings"])
        return sorted(rule.partition("/")[2] for rule in findings)

    def specimen(self) -> Specimen:
        """The entry as a specimen; the databases come from the conftest that all share."""
        files = dict(Specimen.load(self.path).files)
        if self.facts["stack"] != "django":
            files["conftest.py"] = (ROOT / "conftest.py").read_text(encoding="utf-8")
        files["conftest.py"] = files.get("conftest.py", "") + '\npytest_plugins = ["zoo_timing"]\n'
        files["zoo_timing.py"] = (ROOT / "zoo_timing.py").read_text(encoding="utf-8")
        return Specimen(files)


@dataclass(frozen=True)
class Line:
    """What the runs of one entry on one database showed.

    Args:
        entry: which one.
        database: on which database.
        found: the rules that the first run showed.
        verdict: "right", or what is not.
        notes: what else is worth knowing.
        seconds: the time of one run, the middle one of all.
        schedules: milliseconds of each schedule's run, and whether a lock was waited for.
    """

    entry: Entry
    database: str
    found: Sequence[str]
    verdict: str
    notes: str
    seconds: float
    schedules: Sequence[tuple[float, bool]] = ()


def entries(only: Sequence[str], visible: bool) -> list[Entry]:
    """All entries, or those asked for."""
    paths = sorted(path.parent for path in ROOT.glob("*/expect.toml"))
    found = [Entry(path, tomllib.loads((path / "expect.toml").read_text(encoding="utf-8"))) for path in paths]
    if missing := set(only) - {entry.path.name for entry in found}:
        raise SystemExit(f"no such entry: {', '.join(sorted(missing))}")
    chosen = [entry for entry in found if not only or entry.path.name in only]
    return [entry for entry in chosen if not (visible and entry.held_back)]


@contextlib.contextmanager
def surroundings(database: str) -> Iterator[Path]:
    """The environment in which an entry finds its database, and a file for the times of its schedules."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="zoo-") as directory:
        times = Path(directory) / "times"
        times.touch()
        os.environ.update(ZOO_DATABASE=SERVERS[database], ZOO_TIMES=str(times))
        try:
            yield times
        finally:
            for name in ("ZOO_DATABASE", "ZOO_TIMES"):
                os.environ.pop(name)
                if name in before:
                    os.environ[name] = before[name]


def line(entry: Entry, database: str, options: argparse.Namespace) -> Line:
    """Run an entry as often as asked for and compare."""
    flags = (*FLAGS, "--prodready=off") if options.base else FLAGS
    outside = options.subprocess or entry.facts["stack"] == "django"
    runs, seconds, schedules = [], [], []
    for _ in range(options.repeat):
        began = time.perf_counter()
        with surroundings(database) as times:
            runs.append(entry.specimen().run(*flags, subprocess=outside, report=not options.base))
            told = [one.split() for one in times.read_text(encoding="utf-8").splitlines()]
        seconds.append(time.perf_counter() - began)
        schedules += [(float(milliseconds), word == "waited") for milliseconds, word in told]
    if options.verbose:
        print(runs[0].text)
    found = rules(runs[0])
    verdict = (base if options.base else judged)(runs[0], entry.expected(database), found)
    others = sum(shown(run) != shown(runs[0]) for run in runs)
    if others:
        verdict = f"unsteady: {others} of {len(runs)} runs differ from the first"
    return Line(entry, database, found, verdict, notes(entry, runs), statistics.median(seconds), schedules)


def shown(run: Run) -> object:
    """What has to be the same in each run: what was found where, and the verdict of each cell."""
    if run.report is None:
        return run.outcomes
    return run.findings, run.report["operations"]


def rules(run: Run) -> list[str]:
    """The rules of this zoo that a run showed, without their behaviour's name."""
    findings = run.report["findings"] if run.report else ()
    return sorted({one["rule"].partition("/")[2] for one in findings} & set(RULES))


def base(run: Run, expected: Sequence[str], found: Sequence[str]) -> str:
    """Whether the entry's own test passes; nothing is repeated."""
    return "right" if dict(run.outcomes) == {"passed": 1} else f"base test: {dict(run.outcomes)}"


def judged(run: Run, expected: Sequence[str], found: Sequence[str]) -> str:
    """What is wrong with a run, or "right"."""
    if run.report is None or run.exit_code not in (0, 1) or run.outcomes.get("error"):
        return "error"
    if set(found) - set(expected):
        return "false alarm" if set(expected) <= set(found) else "other rule"
    if set(expected) - set(found):
        return "missed"
    # Another rule, told in the notes, breaks the cell as well; otherwise silence has to be held.
    others = [one for one in run.report["findings"] if one["rule"].startswith("idempotent/")]
    if not expected and not others and not any(one.startswith("idempotent ") for one in run.cells("held")):
        return "not judged"
    return "right"


def notes(entry: Entry, runs: Sequence[Run]) -> str:
    """What an entry needs, which variants were skipped, and what else or otherwise was shown."""
    run = runs[0]
    besides = {one["rule"] for one in run.report["findings"]} if run.report else set()
    besides -= {f"idempotent/{rule}" for rule in RULES}
    parts = [f"needs {need}" for need in entry.facts.get("needs", ())]
    parts += [f"{run.outcomes['skipped']} skipped"] if run.outcomes.get("skipped") else []
    parts += [f"besides {rule}" for rule in sorted(besides)]
    otherwise = sum(each.report != run.report for each in runs)
    parts += [f"{otherwise} of {len(runs)} runs tell it with other evidence"] if otherwise else []
    return ", ".join(parts)


def told(one: Line) -> str:
    """One line of the table."""
    expected = ", ".join(one.entry.expected(one.database)) or "-"
    found = ", ".join(one.found) or "-"
    return (
        f"{one.entry.path.name:28} {one.database:10} {one.verdict:12} {one.seconds:6.2f} s  "
        f"expected {expected}; found {found}{'  (' + one.notes + ')' if one.notes else ''}; "
        f"{figures(one.schedules)}"
    )


def totals(name: str, lines: Sequence[Line]) -> str:
    """How many broken handlers were found exactly, and how many sound ones held."""
    broken = [one for one in lines if one.entry.expected(one.database)]
    sound = [one for one in lines if one not in broken]
    right = {id(one) for one in lines if one.verdict == "right"}
    return (
        f"{name}: {sum(id(one) in right for one in broken)} of {len(broken)} broken right, "
        f"{sum(id(one) in right for one in sound)} of {len(sound)} sound right"
    )


def figures(schedules: Iterable[tuple[float, bool]]) -> str:
    """How many schedules were run, and how long one took."""
    ran = [milliseconds for milliseconds, waited in schedules if not waited]
    held = [milliseconds for milliseconds, waited in schedules if waited]
    parts = [f"{len(ran) + len(held)} schedules"]
    parts += [f"median {statistics.median(ran):.0f} ms"] if ran else []
    parts += [f"{len(held)} waited for a lock, median {statistics.median(held):.0f} ms"] if held else []
    return ", ".join(parts)


def lines(options: argparse.Namespace) -> Iterator[Line]:
    """One after the other, in the order of the entries, however many are run at once."""
    tasks = [
        (entry, database, options)
        for entry in entries(options.only, options.visible)
        for database in entry.facts["databases"]
        if options.database in (None, database)
    ]
    if options.jobs == 1:
        yield from (line(*task) for task in tasks)
        return
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(line, *zip(*tasks, strict=True))


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this entry; repeatable")
    parser.add_argument("--visible", action="store_true", help="leave out what was held back")
    parser.add_argument("--database", choices=sorted(SERVERS), help="only on this one")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="run each N times: same verdicts?")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="run N entries at once")
    parser.add_argument("--base", action="store_true", help="only the entries' own tests, nothing repeated")
    parser.add_argument("--subprocess", action="store_true", help="a new interpreter a run, for all stacks")
    parser.add_argument("--verbose", action="store_true", help="print what pytest printed")
    options = parser.parse_args()
    done = []
    for one in lines(options):
        done.append(one)
        print(told(one), flush=True)
    print()
    print(totals("visible", [one for one in done if not one.entry.held_back]))
    if any(one.entry.held_back for one in done):
        print(totals("held back", [one for one in done if one.entry.held_back]))
    print(f"{figures([time for one in done for time in one.schedules])} (budget {BUDGET} ms)")
    return 0 if all(one.verdict == "right" for one in done) else 1


if __name__ == "__main__":
    sys.exit(main())
