"""``examples/consumer`` and its repaired twin: what a reader is promised to see there."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

import pytest

from pytest_prodready.testing import Run, Specimen

EXAMPLES = Path(__file__).parents[2] / "examples"
TWINS = {name: Specimen.load(EXAMPLES / name) for name in ("consumer", "consumer_fixed")}
PROBE = ("--prodready=probe", "--prodready-report")
PORT = 5672

GOODS = "fulfilment.handlers:Fulfilment.on_goods_received"
ORDER = "fulfilment.handlers:Fulfilment.on_order_paid"
PLANTED = [f"atomic/effects-after-failure {GOODS}", f"idempotent/duplicate-effect {ORDER}"]
CELLS = [f"atomic {GOODS}", f"idempotent {ORDER}"]
UNSHAKEN = [f"idempotent {GOODS}", f"atomic {ORDER}"]

twins = pytest.mark.parametrize("name", sorted(TWINS))


@pytest.fixture(scope="module")
def probed() -> dict[str, Run]:
    """Each twin, with its messages delivered again."""
    return {name: specimen.run(*PROBE) for name, specimen in TWINS.items()}


def reach_rabbitmq() -> None:
    """Skip where no broker runs; in CI that is a failure."""
    with socket.socket() as probe:
        probe.settimeout(1)
        absent = probe.connect_ex(("127.0.0.1", PORT)) != 0
    if absent:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no RabbitMQ on 127.0.0.1:{PORT}")


def test_the_example_shows_what_was_planted(probed: dict[str, Run]) -> None:
    """The two planted defects are found as errors, and nothing else is."""
    run = probed["consumer"].expect(findings=PLANTED, held=UNSHAKEN, exit_code=0)
    assert sorted(run.cells("broken")) == sorted(CELLS)
    assert run.cells("not-judged") == []
    assert run.report is not None
    assert {finding["severity"] for finding in run.report["findings"]} == {"error"}


def test_the_repaired_twin_is_held(probed: dict[str, Run]) -> None:
    """Repaired, there is no finding, the same cells are held, and nothing is left unjudged."""
    run = probed["consumer_fixed"].expect(findings=[], held=[*CELLS, *UNSHAKEN], exit_code=0)
    assert run.cells("not-judged") == []


def test_the_twins_have_the_same_tests() -> None:
    """The applications differ and their tests do not."""
    suites = [
        {path: text for path, text in specimen.files.items() if not path.startswith("fulfilment/")}
        for specimen in TWINS.values()
    ]
    assert suites[0] == suites[1]
    assert TWINS["consumer"].files != TWINS["consumer_fixed"].files


@twins
def test_without_a_broker_only_its_own_test_is_skipped(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests pass with the plugin off; on, the marked ones pass once more; the reason of the skip is told."""
    monkeypatch.setenv("FULFILMENT_RABBITMQ", "amqp://127.0.0.1:1//")
    off = TWINS[name].run("--prodready=off", "-rs", report=False)
    off.expect(outcomes={"passed": 9, "skipped": 1}, text="no RabbitMQ at amqp://127.0.0.1:1//", exit_code=0)
    TWINS[name].run(report=False).expect(outcomes={"passed": 11, "skipped": 2}, exit_code=0)
    probe = TWINS[name].run("--prodready=probe")
    assert set(probe.outcomes) == {"passed", "skipped"}


@twins
def test_on_rabbitmq_the_verdicts_are_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch, probed: dict[str, Run]
) -> None:
    """A real broker in place of the embedded one changes no cell and no finding."""
    reach_rabbitmq()
    monkeypatch.setenv("FULFILMENT_BROKER", f"amqp://guest:guest@127.0.0.1:{PORT}//")
    run = TWINS[name].run("--prodready=probe").expect(findings=probed[name].findings, exit_code=0)
    assert run.outcomes == probed[name].outcomes
    for verdict in ("held", "broken", "not-judged"):
        assert run.cells(verdict) == probed[name].cells(verdict)


@twins
def test_the_readme_shows_the_real_output(name: str, probed: dict[str, Run]) -> None:
    """Each line of its output is one of the run's."""
    readme = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```text\n(.*?)```", readme, re.DOTALL) for line in block.splitlines()]
    assert lines
    assert set(lines) <= set(probed[name].text.splitlines())
