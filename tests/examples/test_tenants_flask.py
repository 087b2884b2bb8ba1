"""``examples/tenants_flask`` and its repaired twin: what a reader is promised to see there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_prodready.testing import Run, Specimen

EXAMPLES = Path(__file__).parents[2] / "examples"
TWINS = {name: Specimen.load(EXAMPLES / name) for name in ("tenants_flask", "tenants_flask_fixed")}
PROBE = ("--prodready=probe", "--prodready-report")

PLANTED = [
    "atomic/effects-after-failure POST /api/members",
    "idempotent/duplicate-effect POST /api/projects/{project}/invoices",
    "safe/read-with-effects GET /api/invoices/{invoice}/document",
]
CELLS = [
    "atomic POST /api/members",
    "idempotent POST /api/projects/{project}/invoices",
    "safe GET /api/invoices/{invoice}/document",
]
# Written again under each request's token: the moment it was last used.
UNSHAKEN = [
    "idempotent POST /api/members",
    "idempotent POST /api/projects",
    "idempotent PUT /api/invoices/{invoice}/payment",
    "idempotent PUT /api/invoices/{invoice}/sent",
    "safe GET /api/invoices/{invoice}",
    "safe GET /api/members",
    "safe GET /api/projects",
    "safe GET /api/projects/{project}/invoices",
]

twins = pytest.mark.parametrize("name", sorted(TWINS))


@pytest.fixture(scope="module")
def probed() -> dict[str, Run]:
    """Each twin, with its writes delivered again."""
    return {name: specimen.run(*PROBE) for name, specimen in TWINS.items()}


def test_the_example_shows_what_was_planted(probed: dict[str, Run]) -> None:
    """The three planted defects are found as errors, and nothing else is."""
    run = probed["tenants_flask"].expect(findings=PLANTED, held=UNSHAKEN, exit_code=0)
    assert sorted(run.cells("broken")) == sorted(CELLS)
    assert run.cells("not-judged") == []
    assert run.report is not None
    assert {finding["severity"] for finding in run.report["findings"]} == {"error"}


def test_the_repaired_twin_is_held(probed: dict[str, Run]) -> None:
    """Repaired, there is no finding, the same cells are held, and nothing is left unjudged."""
    run = probed["tenants_flask_fixed"].expect(findings=[], held=[*CELLS, *UNSHAKEN], exit_code=0)
    assert run.cells("not-judged") == []


def test_the_twins_have_the_same_tests() -> None:
    """The applications differ and their tests do not."""
    suites = [
        {path: text for path, text in specimen.files.items() if not path.startswith("invoicing/")}
        for specimen in TWINS.values()
    ]
    assert suites[0] == suites[1]
    assert TWINS["tenants_flask"].files != TWINS["tenants_flask_fixed"].files


@twins
def test_the_plugin_changes_no_outcome(name: str, probed: dict[str, Run]) -> None:
    """The tests pass with the plugin off; on, the two marked ones pass once more; a probe fails nothing."""
    TWINS[name].run("--prodready=off", report=False).expect(outcomes={"passed": 14}, exit_code=0)
    TWINS[name].run(report=False).expect(outcomes={"passed": 16}, exit_code=0)
    assert set(probed[name].outcomes) == {"passed", "skipped"}


@twins
def test_the_readme_shows_the_real_output(name: str, probed: dict[str, Run]) -> None:
    """Each line of its output is one of the run's."""
    readme = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```text\n(.*?)```", readme, re.DOTALL) for line in block.splitlines()]
    assert lines
    assert set(lines) <= set(probed[name].text.splitlines())
