"""Flask's client and httpx's WSGITransport: what is repeated is what was sent; rules name the operations."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

ECHO = """
import io

import pytest
from flask import Flask, jsonify, redirect, request, session

SEEN = []
app = Flask(__name__)
app.secret_key = "x"
app.testing = True


@app.route("/echo", methods=["GET", "POST"])
def echo():
    SEEN.append((request.method, request.full_path, sorted(request.headers), request.get_data(), dict(session)))
    session["visits"] = session.get("visits", 0) + 1
    return jsonify(size=len(request.get_data()))


@app.post("/upload")
def upload():
    SEEN.append((request.files["f"].filename, request.files["f"].read(), dict(request.form)))
    return ""


@app.post("/away")
def away():
    return redirect("/echo", code=307)


@pytest.fixture(autouse=True)
def empty():
    SEEN.clear()
    yield
    print("PAIRS", len(SEEN), all(one == two for one, two in zip(SEEN[::2], SEEN[1::2])))
"""

SENT = {
    "json": ('client.post("/echo", json={"a": [1, "é"]})', "PAIRS 2 True"),
    "form": ('client.post("/echo", data={"a": "1", "b": "x y"})', "PAIRS 2 True"),
    "multipart": (
        'client.post("/upload", data={"f": (io.BytesIO(b"\\x00\\xff"), "n.txt"), "a": "1"})',
        "PAIRS 2 True",
    ),
    "bytes": ('client.post("/echo?q=1&q=é", data=b"\\x00raw", headers={"X-One": "1"})', "PAIRS 2 True"),
    "session": (
        """client.post("/echo")
    with client.session_transaction() as kept:
        assert kept["visits"] == 1
    assert client.post("/echo").get_json() == {"size": 0}
    with client:
        client.post("/echo")
        assert session["visits"] == 3""",
        "PAIRS 6 True",
    ),
    "redirect": ('client.post("/away", data=b"kept", follow_redirects=True)', "PAIRS 2 True"),
    "wsgi": (
        """import httpx
    with httpx.Client(transport=httpx.WSGITransport(app), base_url="http://localhost") as web:
        web.post("/echo", json={"a": 1})""",
        "PAIRS 2 True",
    ),
}


@pytest.mark.parametrize("name", SENT)
def test_the_duplicate_is_the_request_byte_for_byte(name: str) -> None:
    """Path, headers, body, form, files and session arrive twice alike; the client's own session does not move."""
    sent, expected = SENT[name]
    test = f"""
@pytest.mark.idempotent
def test_sent():
    client = app.test_client()
    {sent}
"""
    shown = Specimen({"test_it.py": ECHO + test}).run("-s", "-k", "duplicate", report=False)
    shown.expect(text=expected)


RULES = """
import pytest
from flask import Blueprint, Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

orders = Blueprint("orders", __name__, url_prefix="/orders")


@orders.get("/<int:number>")
def one(number): return {}


@orders.get("/latest")
def latest(): return {}


@orders.post("/<uuid:number>/lines/<path:rest>")
def line(number, rest): return {}, 404


app = Flask(__name__)
app.register_blueprint(orders)


class Outer:
    def __init__(self, app): self.app = app
    def __call__(self, environ, start_response): return self.app(environ, start_response)


def test_rules():
    client = app.test_client()
    client.get("/orders/7")
    client.get("/orders/latest")
    client.get("/nowhere")
    client.post("/orders/00000000-0000-0000-0000-000000000000/lines/a/b")
    Client(Outer(app)).get("/orders/8")
    Client(lambda environ, start_response: (start_response("204 OK", []), [])[1]).get("/bare/12")
"""


def test_rules_are_the_operations_also_behind_middleware() -> None:
    """A rule's converters are no part of its operation; a static rule is none, an unknown path neither."""
    shown = Specimen({"test_it.py": RULES}).run()
    assert shown.report is not None
    names = {operation["name"] for operation in shown.report["operations"]}
    assert names == {
        "GET /orders/{number}",
        "GET /orders/latest",
        "POST /orders/{number}/lines/{rest}",
        "GET /bare/{id}",
    }
    assert shown.report["heard"][0]["deliveries"] == 6


STREAM = """
import pytest
from flask import Flask, stream_with_context

CLOSED = []
app = Flask(__name__)
app.testing = True


@app.post("/stream")
def stream():
    def chunks():
        try:
            yield b"a"
            yield b"b"
        finally:
            CLOSED.append(1)
    return app.response_class(stream_with_context(chunks()))


@app.post("/breaks")
def breaks():
    raise KeyError("no")


@pytest.mark.idempotent
def test_stream():
    with app.test_client() as client:
        answer = client.post("/stream")
        assert not CLOSED
        assert answer.data == b"ab"
        assert CLOSED.pop()


@pytest.mark.idempotent
def test_breaks():
    with pytest.raises(KeyError):
        app.test_client().post("/breaks")
"""


def test_streams_and_exceptions_pass_as_they_are() -> None:
    """A stream stays lazy and is not repeated; an exception of the application reaches the test."""
    shown = Specimen({"test_it.py": STREAM}).run("-rs", "-p", "no:randomly")
    shown.expect(outcomes={"passed": 2, "skipped": 2}, text="the answer is a stream, which is never repeated")
    shown.expect(text="the first delivery was itself refused")
