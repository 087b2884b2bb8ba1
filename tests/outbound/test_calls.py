"""Every HTTP client that the application drives is heard, whatever answers it."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

APP = """
import http.server
import threading

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

app = FastAPI()
{setup}


@app.post("/op")
{handler}


{test}
"""

SYNC = """
def op():
    {call}
    return {{}}
"""
ASYNC = """
async def op():
    {call}
    return {{}}
"""
TEST = """
@pytest.mark.idempotent
def test_op({fixtures}):
    {before}
    assert TestClient(app).post("/op").status_code == 200
"""
SERVER = """
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{server.server_port}/charges"
"""
REMOTE = 'URL = "https://psp.example/charges"\n'
MOCKED = "transport = {lib}.MockTransport(lambda request: {lib}.Response(200))"

CLIENTS = {
    "httpx to a loopback server": ("import httpx\n" + SERVER, SYNC, "httpx.post(URL, headers=H)", "", ""),
    "httpx.AsyncClient to a loopback server": (
        "import httpx\n" + SERVER,
        ASYNC,
        "async with httpx.AsyncClient() as http: await http.post(URL, headers=H)",
        "",
        "",
    ),
    "httpx.MockTransport": (
        "import httpx\n" + REMOTE + MOCKED.format(lib="httpx"),
        SYNC,
        "httpx.Client(transport=transport).post(URL, headers=H)",
        "",
        "",
    ),
    "httpx under respx": (
        "import httpx, respx\n" + REMOTE,
        SYNC,
        "httpx.post(URL, headers=H)",
        "respx_mock",
        "respx_mock.post(URL).respond(200)",
    ),
    "httpx under pytest-httpx": (
        "import httpx\n" + REMOTE,
        SYNC,
        "httpx.post(URL, headers=H)",
        "httpx_mock",
        "httpx_mock.add_response(is_reusable=True)",
    ),
    "httpx2.MockTransport": (
        "import httpx2\n" + REMOTE + MOCKED.format(lib="httpx2"),
        SYNC,
        "httpx2.Client(transport=transport).post(URL, headers=H)",
        "",
        "",
    ),
    "httpx2.AsyncClient to a loopback server": (
        "import httpx2\n" + SERVER,
        ASYNC,
        "async with httpx2.AsyncClient() as http: await http.post(URL, headers=H)",
        "",
        "",
    ),
    "requests to a loopback server": (
        "import requests\n" + SERVER,
        SYNC,
        "requests.post(URL, headers=H)",
        "",
        "",
    ),
    "requests under responses": (
        "import requests, responses\n" + REMOTE,
        SYNC,
        "requests.post(URL, headers=H)",
        "request",
        "mocked = responses.RequestsMock(); mocked.start(); mocked.post(URL); request.addfinalizer(mocked.stop)",
    ),
}


def specimen(client: str, headers: str) -> Specimen:
    setup, handler, call, fixtures, before = CLIENTS[client]
    text = APP.format(
        setup=f"H = {headers}\n{setup}",
        handler=handler.format(call=call).strip(),
        test=TEST.format(fixtures=fixtures, before=before or "pass"),
    )
    return Specimen({"test_op.py": text})


@pytest.mark.parametrize("client", CLIENTS)
def test_a_second_call_is_heard(client: str) -> None:
    """Broken: the dependency is asked to act twice. Sound: the same provider key makes it one effect."""
    broken = specimen(client, "{}").run()
    broken.expect(findings=["idempotent/duplicate-effect POST /op"], outcomes={"passed": 1, "failed": 1})
    sound = specimen(client, '{"Idempotency-Key": "op-1"}').run()
    sound.expect(findings=[], held=["idempotent POST /op"], outcomes={"passed": 2})


def test_thread_pools_belong_to_their_delivery() -> None:
    """A call made in a thread or in a pool that the application started is the delivery's own."""
    for start in (
        "with concurrent.futures.ThreadPoolExecutor() as pool: pool.submit(send).result()",
        "thread = threading.Thread(target=send); thread.start(); thread.join()",
        "asyncio.run(asyncio.to_thread(send))",
    ):
        setup, handler, _, fixtures, before = CLIENTS["httpx.MockTransport"]
        helper = (
            "\nimport asyncio, concurrent.futures\ndef send(): httpx.Client(transport=transport).post(URL)"
        )
        text = APP.format(
            setup=setup + helper,
            handler=handler.format(call=start).strip(),
            test=TEST.format(fixtures=fixtures, before=before or "pass"),
        )
        Specimen({"test_op.py": text}).run().expect(findings=["idempotent/duplicate-effect POST /op"])


def test_what_a_thread_does_after_the_answer_is_nobodys() -> None:
    """A thread that outlives its delivery is not attributed to the next one."""
    setup, handler, _, fixtures, _ = CLIENTS["httpx.MockTransport"]
    helper = """
go = threading.Event()
def send():
    go.wait(5)
    httpx.Client(transport=transport).post(URL)
"""
    test = TEST.format(fixtures=fixtures, before="go.clear()") + "    go.set()\n"
    text = APP.format(
        setup=setup + helper,
        handler=handler.format(call="threading.Thread(target=send).start()").strip(),
        test=test,
    )
    shown = Specimen({"test_op.py": text}).run()
    shown.expect(findings=[])
    assert "idempotent POST /op" in shown.cells("not-judged")


def test_a_failure_of_ours_stays_with_us(application: dict[str, str]) -> None:
    """A seam that breaks leaves the application alone; the delivery is not judged, and an alarm says why."""
    application["conftest.py"] += """

from pytest_prodready._outbound import images

def broken(*args):
    raise RuntimeError("ours")

@pytest.fixture(autouse=True)
def break_us(monkeypatch):
    monkeypatch.setattr(images, "take", broken)
"""
    application["test_it.py"] = """
import pytest

@pytest.mark.idempotent
def test_pay(client):
    assert client.post("/payments", json={"amount": 5}).status_code == 201
"""
    shown = Specimen(application).run("--prodready-report", "-rs")
    shown.expect(
        outcomes={"passed": 1, "skipped": 1}, findings=[], text="the plugin itself failed while it listened"
    )
    assert shown.report is not None
    assert shown.report["alarms"] == ["SQLAlchemy failed while it listened: RuntimeError"]
