"""``examples/webhooks_django`` and its repaired twin: what a reader is promised to see there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_prodready.testing import Run, Specimen

EXAMPLES = Path(__file__).parents[2] / "examples"
TWINS = {name: Specimen.load(EXAMPLES / name) for name in ("webhooks_django", "webhooks_django_fixed")}
# The workbench's own subprocess imports the plugin before pytest can rewrite it; the example takes warnings for errors.
QUIET = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
PROBE = ("--prodready=probe", "--prodready-report")
MARKED = "tests/test_payments.py::PaymentsTest::test_paid[prodready:duplicate]"

PLANTED = [
    "atomic/effects-after-failure POST /webhooks/parcels/",
    "atomic/effects-after-failure POST /webhooks/payments/",
    "idempotent/duplicate-effect POST /webhooks/payments/",
]
CELLS = [
    "atomic POST /webhooks/parcels/",
    "atomic POST /webhooks/payments/",
    "idempotent POST /webhooks/payments/",
]
UNSHAKEN = [
    "idempotent POST /webhooks/parcels/",
    "safe GET /accounts/{holder}/",
    "safe GET /events/",
    "safe GET /parcels/{number}/",
]

twins = pytest.mark.parametrize("name", sorted(TWINS))


def run(name: str, *flags: str, report: bool = True) -> Run:
    """In a process of its own, since Django has one set of settings a process."""
    return TWINS[name].run(*QUIET, *flags, subprocess=True, report=report)


@pytest.fixture(scope="module")
def probed() -> dict[str, Run]:
    """Each twin, with its writes delivered again."""
    return {name: run(name, *PROBE) for name in TWINS}


def test_the_example_shows_what_was_planted(probed: dict[str, Run]) -> None:
    """The three planted defects are found as errors, nothing else is, and the marked one fails its variant."""
    shown = probed["webhooks_django"].expect(findings=PLANTED, held=UNSHAKEN, exit_code=1)
    assert sorted(shown.cells("broken")) == sorted(CELLS)
    assert shown.cells("not-judged") == []
    assert shown.report is not None
    assert {finding["severity"] for finding in shown.report["findings"]} == {"error"}
    assert shown.outcomes["failed"] == 1


def test_the_repaired_twin_is_held(probed: dict[str, Run]) -> None:
    """Repaired, there is no finding, the same cells are held, and nothing is left unjudged."""
    shown = probed["webhooks_django_fixed"].expect(findings=[], held=[*CELLS, *UNSHAKEN], exit_code=0)
    assert shown.cells("not-judged") == []


def test_the_twins_have_the_same_tests() -> None:
    """The applications differ in their views alone."""
    one, other = (specimen.files for specimen in TWINS.values())
    assert one.keys() == other.keys()
    assert [path for path in one if one[path] != other[path]] == ["hooks/views.py"]


@twins
def test_the_suite_without_the_plugin_is_green(name: str) -> None:
    """The defects are none that the tests themselves see."""
    run(name, "--prodready=off", report=False).expect(outcomes={"passed": 8}, exit_code=0)


def test_the_marker_alone_fails_the_variant() -> None:
    """Plain pytest shows the duplicate that is credited; the parcel's marker holds in both twins."""
    broken = run("webhooks_django", report=False)
    broken.expect(outcomes={"passed": 9, "failed": 1, "skipped": 1}, text=f"FAILED {MARKED}", exit_code=1)
    run("webhooks_django_fixed", report=False).expect(outcomes={"passed": 11}, exit_code=0)


@twins
def test_the_readme_shows_the_real_output(name: str, probed: dict[str, Run]) -> None:
    """Each line of its output is one of the run's."""
    readme = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```text\n(.*?)```", readme, re.DOTALL) for line in block.splitlines()]
    assert lines
    assert set(lines) <= set(probed[name].text.splitlines())
