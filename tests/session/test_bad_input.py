"""Bad input of any kind: one clear message with place and cure, the right exit code, nothing lost."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

PLAIN = "def test_ok(): pass\n"
MARKERS = {
    'idempotent(keys="x")': "test_it.py:3: test_pay: idempotent(keys='x'): unknown option; did you mean 'key'? Valid: call, commutes, concurrent, crash, deliveries, key",
    "idempotent(deliveries=1)": "test_it.py:3: test_pay: idempotent(deliveries=1): expected a whole number from 2 to 10",
    'idempotent("key")': "test_it.py:3: test_pay: idempotent('key'): options are keywords. Valid: call, commutes, concurrent, crash, deliveries, key",
    "idempotent(concurrent=2)": "test_it.py:3: test_pay: idempotent(concurrent=2): expected True or False",
    'prodready(skip={"idempotnt": "why"})': "test_it.py:3: test_pay: prodready(skip={'idempotnt': ...}): unknown behaviour; did you mean 'idempotent'? Valid: atomic, idempotent, safe",
    'prodready(skip={"idempotent/dup": "why"})': "test_it.py:3: test_pay: prodready(skip={'idempotent/dup': ...}): unknown variant. Valid: crash, duplicate, keys, race",
    'prodready(skip={"idempotent": ""})': "test_it.py:3: test_pay: prodready(skip={'idempotent': ...}): a reason is obligatory; expected a text",
    'prodready(skip="idempotent")': 'test_it.py:3: test_pay: prodready(skip=...): expected a dict such as {"idempotent": "why"}',
    'prodready(level="payments")': "test_it.py:3: test_pay: prodready(level='payments'): unknown level; did you mean 'payment'? Valid: back-office, customer-facing, experiment, payment",
    "prodready(levels=1)": "test_it.py:3: test_pay: prodready(levels): unknown option; did you mean 'level'? Valid: level, skip",
}


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["serial", "xdist"])
def test_a_wrong_marker_is_a_collection_error(workers: tuple[str, ...]) -> None:
    """Each mistake: file, line, what was got, did you mean, valid values; the run goes on to say all of them."""
    files = {
        f"test_{number}.py": f"import pytest\n\n@pytest.mark.{marker}\ndef test_pay(): pass\n"
        for number, marker in enumerate(MARKERS)
    }
    shown = Specimen(files).run(*workers, subprocess=True, report=False)
    shown.expect(
        exit_code=1 if workers else 2,
        text=[
            message.replace("test_it", f"test_{number}") for number, message in enumerate(MARKERS.values())
        ],
    )
    assert "INTERNALERROR" not in shown.text
    assert "Traceback" not in shown.text


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["serial", "xdist"])
def test_a_wrong_marker_from_a_conftest_fails_its_variant(workers: tuple[str, ...]) -> None:
    """A marker that is added after collection cannot be a collection error; the base test still runs."""
    files = {
        "test_it.py": PLAIN,
        "conftest.py": "import pytest\ndef pytest_collection_modifyitems(items):\n"
        "    for item in items: item.add_marker(pytest.mark.idempotent(keys='x'))\n",
    }
    shown = Specimen(files).run(*workers, subprocess=True)
    shown.expect(outcomes={"passed": 1, "error": 1}, text="unknown option; did you mean 'key'?", exit_code=1)
    assert "INTERNALERROR" not in shown.text


CONFIGURATION = {
    "levl = 'payment'": "prodready: pyproject.toml [tool.prodready]: unknown key 'levl'; did you mean 'level'? Valid: level, operations, service, strict",
    "level = 'high'": "prodready: pyproject.toml [tool.prodready]: level = 'high': expected one of experiment, back-office, customer-facing, payment",
    "strict = 'yes'": "prodready: pyproject.toml [tool.prodready]: strict = 'yes': expected true or false",
    "openapi = 'x.json'": "prodready: pyproject.toml [tool.prodready]: 'openapi' is not supported by this version; remove it",
    "[tool.prodready.operations]\n'POST /x' = { levle = 'payment' }": "prodready: pyproject.toml [operations.\"POST /x\"]: unknown key 'levle'; did you mean 'level'? Valid: level, owner",
    "operations = 3": "prodready: pyproject.toml [tool.prodready]: operations = 3: expected a table of operations",
}


@pytest.mark.parametrize("text", CONFIGURATION)
def test_wrong_configuration_is_a_usage_error(text: str) -> None:
    """Unknown key or wrong value: file, section, key, did you mean; exit code 4."""
    shown = Specimen({"pyproject.toml": f"[tool.prodready]\n{text}\n", "test_it.py": PLAIN}).run(
        subprocess=True
    )
    shown.expect(exit_code=4, text=CONFIGURATION[text])


def test_two_configurations_are_a_usage_error() -> None:
    """One of them would be ignored in silence."""
    files = {"pyproject.toml": "[tool.prodready]\n", "prodready.toml": "", "test_it.py": PLAIN}
    Specimen(files).run(subprocess=True).expect(exit_code=4, text="keep one of them")


def test_a_broken_configuration_file_is_a_usage_error() -> None:
    """TOML that does not parse is told with the file and what the parser says."""
    shown = Specimen({"prodready.toml": "level = ", "test_it.py": PLAIN}).run(subprocess=True)
    shown.expect(exit_code=4, text="prodready: prodready.toml cannot be read:")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("report.xml", "--prodready-out=report.xml: unknown format '.xml'. Valid: .json"),
        ("test_it.py/report.json", "cannot be written"),
        ("folder.json", "--prodready-out=folder.json: this is a directory; name a file in it"),
    ],
)
def test_an_unwritable_report_is_told_before_the_first_test(path: str, message: str) -> None:
    """A usage error, and no test runs in vain."""
    files = {"test_it.py": PLAIN, "folder.json/x.txt": ""}
    Specimen(files).run(f"--prodready-out={path}", subprocess=True, report=False).expect(
        exit_code=4, text=message, outcomes={}
    )


def test_a_wrong_mode_in_the_environment_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """``PRODREADY`` takes the words of ``--prodready``."""
    monkeypatch.setenv("PRODREADY", "yes")
    Specimen({"test_it.py": PLAIN}).run(subprocess=True, report=False).expect(
        exit_code=4, text="PRODREADY=yes: it is one of on, off, probe"
    )


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["serial", "xdist"])
def test_a_module_that_does_not_import_loses_nothing(
    application: dict[str, str], workers: tuple[str, ...]
) -> None:
    """pytest reports it in its own words; with ``--continue-on-collection-errors`` the others are watched."""
    files = {
        **application,
        "test_bad.py": "import nonexistent_module\n",
        "test_it.py": "def test_a(client): client.get('/payments/1')\n",
    }
    shown = Specimen(files).run("--continue-on-collection-errors", *workers, subprocess=True)
    shown.expect(text="ModuleNotFoundError: No module named 'nonexistent_module'", exit_code=1)
    assert shown.report is not None
    assert shown.report["run"]["deliveries"] == 1
    assert "INTERNALERROR" not in shown.text


def test_a_marker_where_nothing_is_delivered_is_skipped_with_the_reason() -> None:
    """Not judged is told, never passed in silence."""
    files = {"test_it.py": "import pytest\n@pytest.mark.idempotent\ndef test_plain(): pass\n"}
    Specimen(files).run("-rs").expect(
        outcomes={"passed": 1, "skipped": 1},
        text="not applicable: the test makes no write that the application answered",
    )


def test_strict_makes_what_is_not_judged_fail(application: dict[str, str]) -> None:
    """With ``strict = true`` a marked test must be judged."""
    application["prodready.toml"] = "strict = true\n"
    application["test_it.py"] = """
import pytest

@pytest.mark.idempotent
def test_refused(client):
    assert client.post("/payments").status_code == 422
"""
    Specimen(application).run().expect(
        outcomes={"passed": 1, "failed": 1}, text="the first delivery was itself refused"
    )


STREAMS = """

import itertools

import starlette.testclient
from fastapi.responses import StreamingResponse

# Older test clients wait for the whole body, with or without us, so they get one that ends.
streams = hasattr(starlette.testclient, "_TestClientResponseStream")
events = itertools.count() if streams else range(100)


@app.post("/stream")
def stream(body: dict, db: Session = Depends(session)):
    db.add(Payment(amount=1))
    db.commit()
    return StreamingResponse((b"data: x\\n\\n" for _ in events), media_type="text/event-stream")
"""


def test_an_endless_answer_is_never_waited_for(application: dict[str, str]) -> None:
    """A server-sent stream is heard, not repeated, and the test that leaves it early is undisturbed."""
    application["app.py"] += STREAMS
    application["test_it.py"] = """
import pytest

@pytest.mark.idempotent
def test_stream(client):
    with client.stream("POST", "/stream", json={}) as answer:
        assert next(answer.iter_bytes())
"""
    shown = Specimen(application).run("-rs")
    shown.expect(outcomes={"passed": 1, "skipped": 1}, text="the answer is a stream, which is never repeated")


REPLAYS = """

from fastapi import Header
from fastapi.responses import StreamingResponse
stored = {}


@app.post("/kept", status_code=201)
def kept(body: dict, idempotency_key: str = Header(), db: Session = Depends(session)):
    if idempotency_key in stored:
        return StreamingResponse(iter([b"{}"]), 201)
    stored[idempotency_key] = db.add(Payment(amount=1))
    db.commit()
    return {}
"""


def test_a_duplicate_that_is_answered_by_a_stream_is_no_error(application: dict[str, str]) -> None:
    """The stored answer may come without a length; then it is not read, and its status not made up."""
    application["app.py"] += REPLAYS
    application["test_it.py"] = """
import pytest

@pytest.mark.idempotent
def test_kept(client):
    assert client.post("/kept", json={}, headers={"Idempotency-Key": "k"}).status_code == 201
"""
    shown = Specimen(application).run("-rs")
    shown.expect(findings=[], outcomes={"passed": 1, "skipped": 1}, text="the answer is a stream")


BODIES = """

from fastapi import Request, UploadFile


@app.put("/raw/{number}")
async def raw(number: int, request: Request):
    size = len(await request.body())
    with Session(engine) as db:
        payment = db.get(Payment, number) or Payment(id=number)
        payment.amount = size
        db.add(payment)
        db.commit()
    return {"size": size}


@app.put("/file/{number}")
def file(number: int, upload: UploadFile, db: Session = Depends(session)):
    size = len(upload.file.read())
    payment = db.get(Payment, number) or Payment(id=number)
    payment.amount = size
    db.add(payment)
    db.commit()
    return {"size": size}
"""


def test_generator_and_file_bodies_are_repeated_byte_for_byte(application: dict[str, str]) -> None:
    """A generator and a file can be read once; the duplicate gets the same bytes."""
    application["app.py"] += BODIES
    application["test_it.py"] = """
import io
import pytest
pytestmark = pytest.mark.idempotent

def test_generator(client):
    assert client.put("/raw/1", content=(part for part in (b"ab", b"cde"))).json() == {"size": 5}

def test_file(client):
    assert client.put("/file/1", files={"upload": io.BytesIO(b"abcd")}).json() == {"size": 4}
"""
    Specimen(application).run().expect(
        outcomes={"passed": 4},
        findings=[],
        held=["idempotent PUT /raw/{number}", "idempotent PUT /file/{number}"],
    )


def test_a_streamed_async_upload_is_not_judged(application: dict[str, str]) -> None:
    """An asynchronous generator is left to the application; it is not repeated."""
    application["app.py"] += BODIES
    application["test_it.py"] = """
import httpx
import pytest
import app

@pytest.fixture(autouse=True)
def tables(client): pass

@pytest.mark.asyncio
@pytest.mark.idempotent
async def test_upload():
    async def parts():
        yield b"ab"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app.app), base_url="http://test") as http:
        assert (await http.put("/raw/1", content=parts())).json() == {"size": 2}
"""
    Specimen(application).run("-rs").expect(
        outcomes={"passed": 1, "skipped": 1}, text="the request's body is a stream that can be sent only once"
    )


def test_what_leaves_the_machine_is_never_repeated(application: dict[str, str]) -> None:
    """A delivery whose call reached an address that is neither loopback nor a mock is refused: unsafe."""
    application["app.py"] += """

class Wire:
    def get_extra_info(self, name):
        return ("203.0.113.7", 443)


def answer(request):
    return httpx.Response(200, extensions={"network_stream": Wire()})


@app.post("/remote")
def remote(db: Session = Depends(session)):
    db.add(Payment(amount=1))
    db.commit()
    httpx.Client(transport=httpx.MockTransport(answer)).post("https://api.example/charge")
    return {}
"""
    application["test_it.py"] = """
import pytest

@pytest.mark.idempotent
def test_remote(client):
    assert client.post("/remote").status_code == 200
"""
    shown = Specimen(application).run("-rs")
    shown.expect(
        outcomes={"passed": 1, "skipped": 1},
        findings=[],
        text="outside loopback and mocks; it is not repeated",
    )


def test_an_application_that_raises_during_the_duplicate_is_a_finding(application: dict[str, str]) -> None:
    """The exception stays with us: it is judged as a 500 and does not reach the test."""
    application["app.py"] = application["app.py"].replace(
        "payment = db.get(Payment, number) or Payment(id=number)", "payment = Payment(id=number)"
    )
    application["test_it.py"] = """
import pytest

@pytest.mark.idempotent
def test_put(client):
    assert client.put("/payments/3", json={"amount": 1}).status_code == 200
"""
    shown = Specimen(application).run()
    shown.expect(
        findings=["idempotent/different-response PUT /payments/{number}"],
        text="500 (raised IntegrityError)",
    )
