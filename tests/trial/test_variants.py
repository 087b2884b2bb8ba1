"""Variants are items of their own: they can be selected, distributed and rerun, and the base stays as it was."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

MARKED = """
import pytest

@pytest.mark.idempotent
def test_put(client):
    assert client.put("/payments/7", json={"amount": 5}).status_code == 200

@pytest.mark.idempotent
@pytest.mark.parametrize("amount", [1, 2])
def test_rows(client, amount):
    assert client.put("/payments/7", json={"amount": amount}).status_code == 200

@pytest.mark.idempotent
class TestClass:
    def test_method(self, client):
        assert client.put("/payments/7", json={"amount": 5}).status_code == 200

def test_plain(client):
    assert client.put("/payments/7", json={"amount": 5}).status_code == 200
"""


def ids(text: str) -> list[str]:
    return [line for line in text.splitlines() if "::" in line and line.startswith("test_")]


@pytest.fixture
def marked(application: dict[str, str]) -> Specimen:
    return Specimen({**application, "test_it.py": MARKED})


def test_bases_keep_their_ids_and_run_first(marked: Specimen) -> None:
    """Variants follow all base tests, with ids that never change."""
    shown = marked.run("--collect-only", "-q", "-p", "no:randomly", report=False)
    assert ids(shown.text) == [
        "test_it.py::test_put",
        "test_it.py::test_rows[1]",
        "test_it.py::test_rows[2]",
        "test_it.py::TestClass::test_method",
        "test_it.py::test_plain",
        "test_it.py::test_put[prodready:duplicate]",
        "test_it.py::test_rows[1-prodready:duplicate]",
        "test_it.py::test_rows[2-prodready:duplicate]",
        "test_it.py::TestClass::test_method[prodready:duplicate]",
    ]


@pytest.mark.parametrize(
    ("flags", "passed"),
    [
        ((), 9),
        (("-k", "prodready:duplicate"), 4),
        (("-m", "prodready_variant"), 4),
        (("-m", "not prodready_variant"), 5),
        (("-n", "2"), 9),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_variants_are_selected_like_any_item(marked: Specimen, flags: tuple[str, ...], passed: int) -> None:
    """By keyword, by marker, and over xdist; each makes its own control run where its base did not run."""
    marked.run(*flags, subprocess="-n" in flags).expect(outcomes={"passed": passed}, exit_code=0)


def test_one_exact_id_runs_one_variant(marked: Specimen) -> None:
    """The command that a finding prints runs just that variant."""
    files = {
        **marked.files,
        "pytest.ini": "[pytest]\naddopts = test_it.py::test_rows[2-prodready:duplicate]\n",
    }
    Specimen(files).run("-v", paths=False).expect(
        outcomes={"passed": 1}, text="test_rows[2-prodready:duplicate]"
    )


def test_a_broken_variant_is_what_last_failed_runs(application: dict[str, str]) -> None:
    """``--lf`` runs the failed variant again and nothing else."""
    test = """
import pytest

@pytest.mark.idempotent
def test_pay(client):
    assert client.post("/payments", json={"amount": 5}).status_code == 201

def test_again(client):
    import pytest as inner
    code = inner.main(["--lf", "-p", "no:randomly", "-q", __file__ + "::test_pay"])
"""
    files = {**application, "test_it.py": test.split("def test_again")[0]}
    runner = """
import subprocess, sys
for flags in ([], ["--lf"]):
    shown = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *flags, "test_it.py"],
        capture_output=True, text=True, check=False,
    ).stdout
    print(shown.splitlines()[-1])

def test_nothing(): pass
"""
    shown = Specimen({**files, "test_run.py": runner}).run("-s", "-k", "nothing", report=False)
    assert "1 failed, 1 passed" in shown.text
    assert "1 failed in" in shown.text or "1 failed, 1 deselected" in shown.text


def test_a_marker_from_a_conftest_gets_variants_too(application: dict[str, str]) -> None:
    """``item.add_marker`` in ``pytest_collection_modifyitems`` marks a whole suite, also over xdist."""
    application["conftest.py"] += """

def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.idempotent)
"""
    application["test_it.py"] = MARKED.replace("@pytest.mark.idempotent\n", "")
    Specimen(application).run().expect(outcomes={"passed": 10})
    Specimen(application).run("-n", "2", subprocess=True).expect(outcomes={"passed": 10})


def test_a_module_that_is_named_twice_keeps_its_variants(marked: Specimen) -> None:
    """Two ids of one module, one of them a variant's."""
    ini = "[pytest]\naddopts = test_it.py::test_put[prodready:duplicate] test_it.py::test_plain\n"
    Specimen({**marked.files, "pytest.ini": ini}).run(paths=False).expect(outcomes={"passed": 2})


def test_a_conftest_reaches_modules_with_markers_of_their_own(application: dict[str, str]) -> None:
    """A marker on one test does not hide the others from a conftest's marker; none gets a variant twice."""
    application["conftest.py"] += """

def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.idempotent)
"""
    application["test_it.py"] = MARKED
    Specimen(application).run().expect(outcomes={"passed": 10})


UNITTEST = """
import unittest
import pytest
from fastapi.testclient import TestClient
import app

@pytest.mark.idempotent
class Tests(unittest.TestCase):
    def setUp(self):
        app.Base.metadata.create_all(app.engine)
        self.client = TestClient(app.app)

    def tearDown(self):
        app.Base.metadata.drop_all(app.engine)

    def test_pay(self):
        self.assertEqual(self.client.post("/payments", json={"amount": 5}).status_code, 201)
        self.assertEqual(self.client.get("/payments/2").status_code, 404)

    def test_put(self):
        self.assertEqual(self.client.put("/payments/1", json={"amount": 5}).status_code, 200)

    def test_skipped(self):
        self.skipTest("not today")


@pytest.mark.idempotent
class AsyncTests(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        app.Base.metadata.create_all(app.engine)

    async def asyncTearDown(self):
        app.Base.metadata.drop_all(app.engine)

    async def test_async(self):
        import httpx
        transport = httpx.ASGITransport(app.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            assert (await client.put("/payments/1", json={"amount": 5})).status_code == 200
"""


def test_unittest_methods_get_variants(application: dict[str, str]) -> None:
    """The verdict comes before the test's own assertion that the duplicate broke; skips stay skips."""
    shown = Specimen({**application, "test_it.py": UNITTEST}).run()
    shown.expect(
        outcomes={"passed": 5, "failed": 1, "skipped": 2},
        findings=["idempotent/duplicate-effect POST /payments"],
        held=["idempotent PUT /payments/{number}"],
        text="the test's own assertions failed after that, too: AssertionError",
    )


ASYNC = """
import httpx
import pytest
import app

pytestmark = pytest.mark.idempotent

@pytest.fixture(autouse=True)
def tables():
    app.Base.metadata.create_all(app.engine)
    yield
    app.Base.metadata.drop_all(app.engine)

async def put():
    transport = httpx.ASGITransport(app.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.put("/payments/1", json={"amount": 5})).status_code == 200

@pytest.mark.asyncio
async def test_asyncio():
    await put()

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_anyio(anyio_backend):
    await put()
"""


def test_async_tests_get_variants(application: dict[str, str]) -> None:
    """pytest-asyncio and anyio on both loops: the duplicate runs in the test's own loop."""
    shown = Specimen({**application, "test_it.py": ASYNC}).run()
    shown.expect(outcomes={"passed": 6}, held=["idempotent PUT /payments/{number}"])


HYPOTHESIS = """
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings, strategies as st
import app

@pytest.fixture
def tables():
    app.Base.metadata.create_all(app.engine)
    yield
    app.Base.metadata.drop_all(app.engine)

@pytest.mark.idempotent
@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None, database=None)
@given(amount=st.integers(0, 100))
def test_put(tables, amount):
    assert TestClient(app.app).put("/payments/1", json={"amount": amount}).status_code == 200
"""


def test_hypothesis_tests_get_variants(application: dict[str, str]) -> None:
    """One duplicate an operation, not one an example."""
    shown = Specimen({**application, "test_it.py": HYPOTHESIS}).run()
    shown.expect(outcomes={"passed": 2}, held=["idempotent PUT /payments/{number}"])


def test_a_base_that_fails_skips_its_variant(application: dict[str, str]) -> None:
    """What does not pass unperturbed cannot tell anything; xfail is not inherited, skip is."""
    application["test_it.py"] = """
import pytest
pytestmark = pytest.mark.idempotent

def test_fails(client):
    client.put("/payments/1", json={"amount": 5})
    assert False

@pytest.mark.xfail(strict=True)
def test_expected(client):
    assert False

@pytest.mark.skip(reason="later")
def test_skipped(client):
    pass
"""
    shown = Specimen(application).run("-rs")
    shown.expect(outcomes={"failed": 1, "xfailed": 1, "skipped": 4})
    shown.expect(text=["base test does not pass", "base test is expected to fail", "later"])


def test_a_skip_with_a_reason_is_not_applicable(application: dict[str, str]) -> None:
    """``prodready(skip=...)`` keeps the variant, skipped with the reason that was given."""
    application["test_it.py"] = """
import pytest

@pytest.mark.idempotent
@pytest.mark.prodready(skip={"idempotent": "the queue delivers once"})
def test_pay(client):
    client.post("/payments", json={"amount": 5})
"""
    Specimen(application).run("-rs").expect(
        outcomes={"passed": 1, "skipped": 1}, text="not applicable: the queue delivers once"
    )


def test_fixtures_of_a_variant_are_fresh(application: dict[str, str]) -> None:
    """Function fixtures are set up for base and variant each; module fixtures live through both."""
    application["test_it.py"] = """
import pytest
made = []

@pytest.fixture
def narrow():
    made.append("function")

@pytest.mark.idempotent
def test_put(narrow, client):
    client.put("/payments/1", json={"amount": 5})

def test_zcount():
    made.append("end")

def pytest_sessionfinish(): pass
"""
    application["conftest.py"] += """

def pytest_terminal_summary(terminalreporter):
    import test_it
    terminalreporter.write_line("made " + " ".join(test_it.made))
"""
    Specimen(application).run("-p", "no:randomly").expect(text="made function end function")
