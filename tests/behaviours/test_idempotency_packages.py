"""The scoreboard of idempotency packages: what it reads from a run, and what it prints. No network."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2] / "benchmarks" / "idempotency_packages"


def _scoreboard() -> ModuleType:
    spec = importlib.util.spec_from_file_location("idempotency_packages", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


BOARD = _scoreboard()
CASES = """<testsuites><testsuite>
<testcase name="test_pay"/>
<testcase name="test_pay[prodready:duplicate]"><failure message="another payload">...</failure></testcase>
<testcase name="test_pay[prodready:race]"/>
<testcase name="test_pay[prodready:crash]"><failure message="lost">...</failure></testcase>
<testcase name="test_pay[prodready:keys]"><skipped message="POST /payments: not judged: it streams"/></testcase>
<testcase name="test_another_is_not_given_the_stored_answer[anonymous]"/>
<testcase name="test_another_is_not_given_the_stored_answer[second-user]"><failure message="it is"/></testcase>
</testsuite></testsuites>"""


def _report(*found: tuple[str, str, str], rules: tuple[str, ...] = ()) -> dict[str, object]:
    """A JSON report with findings, each a rule, its variant and the token of its schedule."""
    findings = [
        {
            "rule": f"idempotent/{rule}",
            "tests": [f"test_payments.py::test_pay[prodready:{variant}]"],
            "reproduce": {"text": f"pytest --prodready-replay={token}" if token else "pytest"},
        }
        for rule, variant, token in found
    ]
    return {"findings": findings, "rules": [{"id": f"idempotent/{rule}"} for rule in rules]}


def _words(report: dict[str, object], cases: str = CASES) -> dict[str, str]:
    return {trial: verdict.word for trial, verdict in BOARD.verdicts(report, BOARD.cases(cases)).items()}


def test_each_trial_has_the_verdict_of_its_variant_or_of_its_rule() -> None:
    """The payload and the other principal are trials of their own within the variant of the duplicate."""
    report = _report(
        ("key-payload-mismatch", "duplicate", ""),
        ("lost-work", "crash", "c1.2"),
        rules=("key-crosses-principals",),
    )
    assert _words(report) == {
        "duplicate": "held",
        "other payload": "broken",
        "other principal": "missed",
        "race": "held",
        "crash": "broken",
        "late": "not judged",
        "failure": "not judged",
    }


def test_what_a_plain_duplicate_breaks_leaves_the_key_unjudged() -> None:
    """A key that is not honoured at all says nothing of its payload or its owner."""
    found = _words(_report(("duplicate-effect", "duplicate", ""), rules=("key-crosses-principals",)))
    assert (found["duplicate"], found["other payload"], found["other principal"]) == (
        "broken",
        "not judged",
        "not judged",
    )


@pytest.mark.parametrize(
    ("token", "late", "failure"), [("l1.0", "broken", "not judged"), ("f1.4", "held", "broken")]
)
def test_the_variant_of_keys_makes_two_trials(token: str, late: str, failure: str) -> None:
    """The late duplicate is tried first; a provider that fails is not tried where that broke."""
    found = _words(_report(("duplicate-effect", "keys", token)))
    assert (found["late"], found["failure"]) == (late, failure)


def test_a_plugin_without_the_rule_leaves_principals_to_the_checks_by_hand() -> None:
    """Then the table says so; with the rule, the plugin's finding is shown, or that it has none."""
    older = BOARD.verdicts(_report(), BOARD.cases(CASES))["other principal"]
    assert (older.word, older.why) == ("broken", "by hand: second-user given the stored answer")
    report = _report(("key-crosses-principals", "duplicate", ""), rules=("key-crosses-principals",))
    missed = BOARD.verdicts(_report(rules=("key-crosses-principals",)), BOARD.cases(CASES))
    assert missed["other principal"].word == "missed"
    newer = BOARD.verdicts(report, BOARD.cases(CASES))["other principal"]
    assert (newer.word, newer.why) == ("broken", "idempotent/key-crosses-principals")


def test_the_table_tells_what_is_behind_each_verdict() -> None:
    """One line a package, under its letter, and below it why; a package that does not run says so."""
    package, other = BOARD.packages(["A", "D"])
    verdicts = {trial: BOARD.Verdict("held") for trial in BOARD.TRIALS}
    verdicts["race"] = BOARD.Verdict("broken", "idempotent/concurrent-duplicate")
    printed = BOARD.table([BOARD.Row(package, verdicts), BOARD.Row(other, failure="does not run: why")])
    assert printed.splitlines() == [
        "package  version  duplicate  other payload  other principal  race    crash  late  failure",
        f"A        {package.version}    held       held           held             broken  held   held  held",
        f"D        {other.version}    -          -              -                -       -      -     -",
        "",
        "A race: idempotent/concurrent-duplicate",
        "D: does not run: why",
    ]
    assert package.name not in printed
    assert package.name in BOARD.table([BOARD.Row(package, verdicts)], names=True)


def test_every_package_is_wired_up() -> None:
    """A letter has a file that puts it in front of the application of its stack."""
    wired = {path.stem for path in (ROOT / "wired").glob("*.py")}
    assert wired == {package.letter for package in BOARD.packages()}
    assert all((ROOT / package.stack / "conftest.py").is_file() for package in BOARD.packages())
