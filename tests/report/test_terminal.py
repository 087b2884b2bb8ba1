"""The end of the screen: within 100 columns, on any terminal, quiet when asked."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

TESTS = """
import pytest

def test_pay(client): assert client.post("/payments", json={"amount": 5}).status_code == 201
def test_put(client): assert client.put("/payments/1", json={"amount": 5}).status_code == 200
def test_missing(client): assert client.get("/payments/1").status_code == 404
@pytest.mark.idempotent
def test_marked(client): assert client.put("/payments/1", json={"amount": 5}).status_code == 200
def test_refused(client): assert client.post("/payments").status_code == 422
"""

UNTESTED = """

@app.delete("/a/very/long/path/that/goes/on/and/on/{with}/{many}/{parts}/until/it/does/not/fit/the/screen")
def untested():
    return {}
"""

SCREEN = """\
================================== prodready ===================================
operation                                                            happy  atomic  idempotent  safe
DELETE /a/very/long/path/that/goes/on/and/on/{with}/{many}/{part...  -      -       -
POST /payments                                                       held   held    -
GET /payments/{number}                                               -      held                -
PUT /payments/{number}                                               held   -       held
(-: no test covers it; empty: no question for the method; not judged: see --prodready-explain)

close first:
"""


@pytest.fixture
def suite(application: dict[str, str]) -> Specimen:
    return Specimen({**application, "app.py": application["app.py"] + UNTESTED, "test_it.py": TESTS})


def test_the_matrix_has_a_row_for_each_operation(suite: Specimen) -> None:
    """Routes that no test reaches are rows, too, and the first thing to close."""
    shown = suite.run("--prodready-report", "-p", "no:randomly")
    gap = "screen: no test reaches it at all\n  POST /payments: @pytest.mark.idempotent   on test_it.py::test_pay\n"
    shown.expect(text=[SCREEN, gap], outcomes={"passed": 6})
    assert max(len(line) for line in SCREEN.splitlines()) <= 100


def test_the_screen_is_ascii(suite: Specimen) -> None:
    """Nothing that an ASCII terminal cannot show."""
    shown = suite.run("--prodready-report", "--color=no")
    assert shown.text.isascii()
    assert "\x1b[" not in shown.text


def test_colour_is_asked_of_pytest(suite: Specimen) -> None:
    """``--color=yes`` colours the cells."""
    assert "\x1b[32mheld" in suite.run("--prodready-report", "--color=yes").text


def test_quiet_is_one_line(suite: Specimen) -> None:
    """Under ``-q`` the matrix is a count of its cells."""
    shown = suite.run("--prodready-report", "-q")
    shown.expect(text="prodready: 4 operations; 0 broken, 5 held, 0 not judged, 7 not covered; 0 findings\n")
    assert "operation  " not in shown.text


def test_a_run_without_a_terminal_reporter_still_writes(suite: Specimen) -> None:
    """``-p no:terminalreporter`` takes the screen, not the file."""
    shown = suite.run("-p", "no:terminalreporter", "--prodready-report", subprocess=True)
    assert shown.report is not None
    assert shown.report["run"]["tests"] == 5


def test_nothing_heard_says_what_was_listened_to() -> None:
    """A suite that uses no client that is heard gets told so instead of an empty matrix."""
    shown = Specimen({"test_it.py": "def test_ok(): pass\n"}).run("--prodready-report")
    shown.expect(text="1 test ran, 0 deliveries heard. Listened to: TestClient of Starlette and FastAPI")


def test_a_plain_run_offers_the_probe(suite: Specimen) -> None:
    """Looking cannot say what a duplicate would do; the last line says how to ask."""
    files = {**suite.files, "test_it.py": TESTS.replace("@pytest.mark.idempotent\n", "")}
    Specimen(files).run("--prodready-report").expect(text="pytest --prodready=probe --prodready-report")


@pytest.mark.parametrize("flags", [("-k", "test_put"), ("-m", "not prodready_variant"), ("-x",)])
def test_a_partial_run_judges_no_gaps(suite: Specimen, flags: tuple[str, ...]) -> None:
    """What a narrowed run did not cover says nothing about the suite."""
    files = dict(suite.files)
    if flags == ("-x",):
        files["test_a.py"] = "def test_fails(): assert False\n"
    shown = Specimen(files).run("--prodready-report", "-p", "no:randomly", *flags)
    assert shown.report is not None
    assert shown.report["partial"]
    assert shown.report["gaps"] == []
    assert "close first" not in shown.text


def test_explain_names_each_cause_once(application: dict[str, str]) -> None:
    """One cause is one line, with the operations that it keeps from a verdict."""
    application["test_it.py"] = """
import pytest

@pytest.mark.idempotent
def test_refused(client):
    client.post("/payments")
    client.put("/payments/1")
"""
    Specimen(application).run("--prodready-explain", "--prodready-report").expect(
        text="idempotent not judged (the first delivery was itself refused): POST /payments, PUT /payments/{number}"
    )
