"""The JSON report: its shape, and the same bytes for every order of tests."""

from __future__ import annotations

import json

import pytest

from pytest_prodready.testing import Specimen

TESTS = """
import pytest

@pytest.mark.idempotent
def test_pay(client):
    assert client.post("/payments", json={"amount": 5}).status_code == 201

@pytest.mark.idempotent
@pytest.mark.parametrize("amount", range(4))
def test_put(client, amount):
    assert client.put("/payments/1", json={"amount": amount}).status_code == 200

def test_missing(client):
    assert client.get("/payments/1").status_code == 404
"""


@pytest.fixture
def suite(application: dict[str, str]) -> Specimen:
    return Specimen({**application, "test_it.py": TESTS})


def test_the_shape_is_the_documented_one(suite: Specimen) -> None:
    """Every key of the schema, with values of a known run."""
    report = suite.run("-p", "no:randomly").report
    assert report is not None
    assert list(report) == [
        "schema_version",
        "fingerprint_version",
        "tool",
        "service",
        "level",
        "partial",
        "run",
        "heard",
        "operations",
        "findings",
        "gaps",
        "rules",
        "alarms",
        "gate",
    ]
    assert report["run"] == {
        "tests": 6,
        "deliveries": 6,
        "effects": 5,
        "variants": 5,
        "plans_not_run": 0,
        "seed": 0,
    }
    assert [seam["seam"] for seam in report["heard"]] == ["TestClient"]
    pay = report["operations"][0]
    assert pay["name"] == "POST /payments"
    assert pay["level"] == "customer-facing"
    assert pay["tests"] == ["test_it.py::test_pay"]
    assert pay["cells"]["idempotent"] == {"verdict": "broken"}
    (finding,) = report["findings"]
    assert finding["path"] == "app.py"
    assert finding["line"] > 1
    assert finding["status"] == "open"
    assert finding["reproduce"] == {
        "argv": ["pytest", "test_it.py::test_pay[prodready:duplicate]"],
        "text": "pytest 'test_it.py::test_pay[prodready:duplicate]'",
    }
    assert {"id": "safe/read-with-effects", "ran": False} in report["rules"]
    assert report["gate"] == {"fail_on": "never", "passed": True, "because": []}


@pytest.mark.parametrize(
    "flags", [("-n", "2"), ("-p", "randomly", "-p", "no:xdist"), ("-n", "3")], ids=["n2", "random", "n3"]
)
def test_the_bytes_do_not_depend_on_the_order_of_tests(suite: Specimen, flags: tuple[str, ...]) -> None:
    """Serial, distributed and shuffled runs write the same report."""
    plain = suite.run("-p", "no:randomly", subprocess=True).report
    shuffled = suite.run(*flags, subprocess=True).report
    assert json.dumps(shuffled) == json.dumps(plain)


def test_a_fingerprint_does_not_follow_the_line(suite: Specimen) -> None:
    """Code that moves does not make a new finding; another service does."""
    moved = {**suite.files, "app.py": "\n\n# moved\n" + suite.files["app.py"]}
    named = {**suite.files, "prodready.toml": "service = 'billing'\n"}
    prints = [
        Specimen(files).run().report["findings"][0]["fingerprint"] for files in (suite.files, moved, named)
    ]  # type: ignore[index]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize(("fail_on", "code"), [("never", 0), ("new", 1), ("any", 1)])
def test_the_gate_counts_what_nobody_asked_for(application: dict[str, str], fail_on: str, code: int) -> None:
    """Passive findings never change a test's outcome; the option decides the exit code, and says why."""
    application["app.py"] += """

@app.get("/spoil/{number}")
def spoil(number: int, db: Session = Depends(session)):
    db.get(Payment, number).amount = 0
    db.commit()
    return {}
"""
    application["test_it.py"] = """
def test_spoil(client):
    client.post("/payments", json={"amount": 5})
    assert client.get("/spoil/1").status_code == 200
"""
    shown = Specimen(application).run(f"--prodready-fail-on={fail_on}")
    shown.expect(
        exit_code=code, outcomes={"passed": 1}, findings=["safe/read-with-effects GET /spoil/{number}"]
    )
    assert ("safe/read-with-effects GET /spoil/{number}" in shown.text) == (code == 1)


def test_a_probe_fails_nothing_by_itself(suite: Specimen) -> None:
    """A broken variant that no marker asked for is skipped with its finding."""
    files = {**suite.files, "test_it.py": TESTS.replace("@pytest.mark.idempotent\n", "")}
    shown = Specimen(files).run("--prodready=probe", "-rs")
    shown.expect(
        exit_code=0,
        findings=["idempotent/unprotected POST /payments"],
        held=["idempotent PUT /payments/{number}"],
    )
    assert shown.outcomes == {"passed": 7, "skipped": 2}


def test_off_keeps_the_markers_and_does_nothing_else(suite: Specimen) -> None:
    """``--prodready=off`` under strict markers: the same outcomes as without the plugin, no variant, no file."""
    shown = suite.run("--prodready=off", "--strict-markers", report=False)
    shown.expect(outcomes={"passed": 6}, exit_code=0)
    assert "variant" not in shown.text
