"""A series in another order, by every client that calls in process: as this run of the test would send it."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

STATE = """
import json
import secrets
import sqlite3

db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("create table cases (name text primary key, status text, at integer)")
db.execute("create table sessions (token text)")
RULE = "where excluded.at > cases.at"


def reset():
    with db:
        db.execute("delete from cases")
        db.execute("delete from sessions")


def log_in():
    token = secrets.token_hex(16)
    with db:
        db.execute("insert into sessions values (?)", (token,))
    return token


def knows(token):
    return db.execute("select 1 from sessions where token = ?", (token,)).fetchone() is not None


def apply(event):
    with db:
        db.execute(
            "insert into cases values (?, ?, ?) on conflict (name) do update set status = excluded.status, "
            "at = excluded.at " + RULE,
            (event["name"], event["status"], event["at"]),
        )
    return {"status": event["status"]}
"""
CONFTEST = """
import pytest


@pytest.fixture(autouse=True)
def empty():
    import state  # no sooner: its connection is opened where it is heard

    state.reset()


@pytest.fixture
def anyio_backend():
    return "asyncio"
"""
MARKS = """
asked = [
    pytest.mark.idempotent(commutes=True{more}),
    pytest.mark.prodready(skip={{"idempotent/duplicate": "only the order is asked here"}}),
]
EVENTS = [{{"name": "a", "status": status, "at": at}} for at, status in enumerate(("open", "waiting", "closed"))]
"""
FASTAPI = """
from fastapi import Cookie, FastAPI, HTTPException, Response

app = FastAPI()

@app.post("/login", status_code=204)
def login(response: Response):
    response.set_cookie("session", state.log_in())

@app.post("/events")
def event(event: dict, session: str = Cookie()):
    if not state.knows(session):
        raise HTTPException(401)
    return state.apply(event)
"""
STACKS = {
    "TestClient": (
        FASTAPI
        + """
from fastapi.testclient import TestClient

@pytest.mark.prodready(level="experiment")
class TestEvents:
    pytestmark = asked

    def test_events(self):
        client = TestClient(app)
        client.post("/login")
        for each in EVENTS:
            answer = client.post("/events", json=each)
            assert answer.json() == {"status": each["status"]}
""",
        "POST /events",
    ),
    "ASGITransport": (
        FASTAPI
        + """
import httpx

@pytest.mark.anyio
class TestEvents:
    pytestmark = [*asked, pytest.mark.anyio]

    async def test_events(self):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app.test") as client:
            await client.post("/login")
            for each in EVENTS:
                answer = await client.post("/events", json=each)
                assert answer.json() == {"status": each["status"]}
""",
        "POST /events",
    ),
    "Flask": (
        """
from flask import Flask, abort, jsonify, make_response, request

app = Flask("events")

@app.post("/login")
def login():
    response = make_response("", 204)
    response.set_cookie("session", state.log_in())
    return response

@app.post("/events")
def event():
    if not state.knows(request.cookies["session"]):
        abort(401)
    return jsonify(state.apply(request.get_json()))

class TestEvents:
    pytestmark = asked

    def test_events(self):
        with app.test_client() as client:
            client.post("/login")
            for each in EVENTS:
                assert client.post("/events", json=each).json == {"status": each["status"]}
""",
        "POST /events",
    ),
    "WSGITransport": (
        """
import httpx
from flask import Flask, jsonify, request

app = Flask("events")

@app.post("/events")
def event():
    assert state.knows(request.headers["Authorization"])
    return jsonify(state.apply(request.get_json()))

class TestEvents:
    pytestmark = asked

    def test_events(self):
        headers = {"Authorization": state.log_in()}
        with httpx.Client(transport=httpx.WSGITransport(app), base_url="http://app.test", headers=headers) as client:
            for each in EVENTS:
                assert client.post("/events", json=each).json() == {"status": each["status"]}
""",
        "POST /events",
    ),
    "Celery": (
        """
from celery import Celery

app = Celery("events", broker="memory://")
app.conf.task_always_eager = True

@app.task(name="events.apply")
def event(message):
    return state.apply(message)

class TestEvents:
    pytestmark = asked

    def test_events(self):
        for each in EVENTS:
            assert event.delay(each).get() == {"status": each["status"]}
""",
        "events.apply",
    ),
    "call": (
        """
class TestEvents:
    pytestmark = asked

    def test_events(self):
        session = Session(state.log_in())
        for each in EVENTS:
            assert state.handle(session, event=each) == {"status": each["status"]}


class Session:
    def __init__(self, token):
        self.token = token
""",
        "state:handle",
    ),
}
MORE = {"call": ', call="state:handle"'}
HANDLE = """

def handle(session, event):
    assert knows(session.token)
    return apply(event)
"""
DJANGO = {
    "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = settings\npythonpath = .\n",
    "settings.py": 'SECRET_KEY = "tests"\nROOT_URLCONF = "urls"\nDATABASES = {}\nALLOWED_HOSTS = ["*"]\n',
    "urls.py": """
import json

import state
from django.http import HttpResponse, JsonResponse
from django.urls import path


def login(request):
    response = HttpResponse(status=204)
    response.set_cookie("session", state.log_in())
    return response


def event(request):
    if not state.knows(request.COOKIES["session"]):
        return HttpResponse(status=401)
    return JsonResponse(state.apply(json.loads(request.body)))


urlpatterns = [path("login", login), path("events", event)]
""",
}
DJANGO_TESTS = {
    "Client": """
from django.test import Client

class TestEvents:
    pytestmark = asked

    def test_events(self):
        client = Client()
        client.post("/login")
        for each in EVENTS:
            answer = client.post("/events", each, content_type="application/json")
            assert answer.json() == {"status": each["status"]}
""",
    "AsyncClient": """
from django.test import AsyncClient

class TestEvents:
    pytestmark = [*asked, pytest.mark.anyio]

    async def test_events(self):
        client = AsyncClient()
        await client.post("/login")
        for each in EVENTS:
            answer = await client.post("/events", each, content_type="application/json")
            assert answer.json() == {"status": each["status"]}
""",
}


def events(test: str, more: str = "", **files: str) -> Specimen:
    """The application behind one client."""
    text = f"import pytest\n\nimport state\n{MARKS.format(more=more)}\n{test}"
    return Specimen({"state.py": STATE + HANDLE, "conftest.py": CONFTEST, "test_events.py": text, **files})


def careless(specimen: Specimen) -> Specimen:
    """Its broken twin, which takes an older event for a newer one."""
    state = specimen.files["state.py"].replace("where excluded.at > cases.at", "")
    return Specimen({**specimen.files, "state.py": state})


@pytest.mark.parametrize("name", STACKS)
def test_the_order_is_found_by_every_client(name: str) -> None:
    """With the credentials of the run at hand, and each request of the test gets the answer to itself."""
    test, operation = STACKS[name]
    sound = events(test, MORE.get(name, ""))
    sound.run("-rs").expect(findings=[], held=[f"idempotent {operation}"])
    run = careless(sound).run("-rs").expect(findings=[f"idempotent/reordered {operation}"])
    assert "own assertions failed" not in run.text


@pytest.mark.parametrize("name", DJANGO_TESTS)
def test_the_order_is_found_by_django_s_clients(name: str) -> None:
    """Also by the one that is awaited."""
    sound = events(DJANGO_TESTS[name], **DJANGO)
    sound.run("-rs", subprocess=True).expect(findings=[], held=["idempotent POST /events"])
    run = careless(sound).run("-rs", subprocess=True)
    run.expect(findings=["idempotent/reordered POST /events"])
    assert "own assertions failed" not in run.text


def test_a_server_error_in_another_order_is_a_finding() -> None:
    """Where the test's own order has none."""
    test, _ = STACKS["TestClient"]
    failing = test.replace(
        "return state.apply(event)",
        "assert event['at'] == 0 or state.db.execute('select 1 from cases').fetchone()\n    return state.apply(event)",
    )
    failing = failing.replace("TestClient(app)", "TestClient(app, raise_server_exceptions=False)")
    run = events(failing).run().expect(findings=["idempotent/reordered POST /events"])
    assert "POST /events failed when its requests arrived in another order" in run.text


@pytest.mark.parametrize("raises", ["True", "False"])
def test_an_exception_reaches_the_request_that_raised_it(raises: str) -> None:
    """Kept until the test sends that request."""
    test, _ = STACKS["TestClient"]
    failing = test.replace(
        "return state.apply(event)",
        "state.apply(event)\n    if event['at'] == 1: raise KeyError(1)\n    return {'status': event['status']}",
    )
    failing = failing.replace("TestClient(app)", f"TestClient(app, raise_server_exceptions={raises})")
    failing = failing.replace(
        'answer = client.post("/events", json=each)',
        'try: answer = client.post("/events", json=each)\n            except KeyError: assert each["at"] == 1; continue\n            if each["at"] == 1: assert answer.status_code == 500; continue',
    )
    run = events(failing).run("-rs", "-k", "reorder")
    run.expect(outcomes={"passed": 1}, findings=[])


def test_a_stream_comes_in_its_own_order() -> None:
    """Its answer cannot be kept."""
    test, _ = STACKS["TestClient"]
    streaming = test.replace(
        "return state.apply(event)", "state.apply(event)\n    return StreamingResponse(iter([b'{}']))"
    )
    streaming = streaming.replace(
        'assert answer.json() == {"status": each["status"]}', "assert answer.json() == {}"
    )
    run = events("from fastapi.responses import StreamingResponse\n" + streaming).run("-rs", "-k", "reorder")
    run.expect(outcomes={"skipped": 1}, findings=[], text="the answer is a stream")


def test_a_live_server_keeps_the_order() -> None:
    """An answer goes out by the connection of its own request."""
    test = """
import threading
import urllib.request
from wsgiref.simple_server import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log_message(self, *args): pass


def app(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Type", "application/json")])
    return [state.json.dumps(state.apply(state.json.loads(body))).encode()]


class TestEvents:
    pytestmark = asked

    def test_events(self):
        server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            for each in EVENTS:
                url = f"http://127.0.0.1:{server.server_port}/events"
                with urllib.request.urlopen(url, state.json.dumps(each).encode()) as answer:
                    assert state.json.load(answer) == {"status": each["status"]}
        finally:
            server.shutdown(), thread.join(), server.server_close()
"""
    run = events(test).run("-rs", "-k", "reorder")
    run.expect(outcomes={"skipped": 1}, findings=[], text="cannot be delivered in another order yet")
