"""``examples/payments`` and its repaired twin: what a reader is promised to see there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_prodready.testing import Run, Specimen

EXAMPLES = Path(__file__).parents[2] / "examples"
TWINS = {name: Specimen.load(EXAMPLES / name) for name in ("payments", "payments_fixed")}
PROBE = "--prodready=probe"
TESTS = 16

PLANTED = [
    "atomic/effects-after-failure POST /transfers",
    "idempotent/duplicate-effect POST /payments",
    "safe/read-with-effects GET /payments/{number}",
]
CELLS = ["atomic POST /transfers", "idempotent POST /payments", "safe GET /payments/{number}"]
UNTESTED = [f"{behaviour} POST /settlements" for behaviour in ("happy", "atomic", "idempotent")]
VERDICTS = ("held", "broken", "not-judged", "not-covered", "not-applicable", "waived")

WORDS = {
    "account": "purse",
    "Account": "Purse",
    "amount": "cents",
    "balance": "funds",
    "card": "plastic",
    "charge": "draw",
    "fingerprint": "imprint",
    "holder": "owner",
    '"id"': '"uid"',
    " id:": " uid:",
    ".id": ".uid",
    "idempotency_key": "once",
    "ledger": "till",
    "number": "ident",
    "payment": "ticket",
    "Payment": "Ticket",
    "provider": "acquirer",
    "psp": "acq",
    "receiver": "taker",
    "reference": "memo",
    "refund": "undo",
    "sender": "giver",
    "settle": "square",
    "state": "phase",
    "transfer": "shift",
    "Transfer": "Shift",
}

twins = pytest.mark.parametrize("name", sorted(TWINS))


@pytest.fixture(scope="module")
def probed() -> dict[str, Run]:
    """Each twin, with its writes delivered again."""
    return {name: specimen.run(PROBE) for name, specimen in TWINS.items()}


def renamed(text: str) -> str:
    """What the renamed application calls it."""
    return Specimen({"text": text}).renamed(WORDS).files["text"]


def test_the_example_shows_what_was_planted(probed: dict[str, Run]) -> None:
    """The three planted defects are found, nothing else is, and an operation without a test is named."""
    run = probed["payments"].expect(findings=PLANTED, exit_code=0)
    assert sorted(run.cells("broken")) == sorted(CELLS)
    assert sorted(run.cells("not-covered")) == sorted([*UNTESTED, "atomic GET /payments"])


def test_every_planted_finding_is_an_error(probed: dict[str, Run]) -> None:
    """What the example shows counts for ``--prodready-fail-on``."""
    report = probed["payments"].report
    assert report is not None
    assert {finding["severity"] for finding in report["findings"]} == {"error"}


def test_the_repaired_twin_is_held(probed: dict[str, Run]) -> None:
    """Repaired, there is no finding, the same cells are held, and nothing that a test reaches is left unjudged."""
    run = probed["payments_fixed"].expect(findings=[], held=CELLS, exit_code=0)
    assert run.cells("not-judged") == []


def test_the_twins_have_the_same_tests() -> None:
    """The applications differ and their tests do not, so the tests cannot be what makes the difference."""
    suites = [
        {path: text for path, text in specimen.files.items() if not path.startswith("payments/")}
        for specimen in TWINS.values()
    ]
    assert suites[0] == suites[1]
    assert TWINS["payments"].files != TWINS["payments_fixed"].files


@twins
def test_names_decide_nothing(name: str, probed: dict[str, Run]) -> None:
    """With every table, route, field and column called something else, each verdict stays what it was."""
    specimen = TWINS[name].renamed(WORDS)
    assert not [path for path, text in specimen.files.items() for word in WORDS if word in path + text]
    run = specimen.run(PROBE)
    run.expect(findings=map(renamed, probed[name].findings), outcomes=probed[name].outcomes)
    for verdict in VERDICTS:
        assert sorted(run.cells(verdict)) == sorted(map(renamed, probed[name].cells(verdict)))


@twins
def test_the_plugin_changes_no_outcome(name: str, probed: dict[str, Run]) -> None:
    """The example's own tests pass with the plugin off, watching, and probing; a probe fails nothing."""
    everything = {"passed": TESTS}
    TWINS[name].run("--prodready=off", report=False).expect(outcomes=everything, exit_code=0)
    TWINS[name].run().expect(outcomes=everything, exit_code=0)
    TWINS[name].run(PROBE, "-m", "not prodready_variant").expect(outcomes=everything, exit_code=0)
    assert set(probed[name].outcomes) == {"passed", "skipped"}
