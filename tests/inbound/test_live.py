"""Live servers of this process: what is repeated is what was sent, and only the test's own requests count."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

SERVERS = {
    "werkzeug": """
from werkzeug.serving import make_server

def serve():
    server = make_server("127.0.0.1", 0, wsgi, threaded=True)
    return server.server_port, lambda: server.serve_forever(0.01), server.shutdown, server.server_close
""",
    "one thread": """
from werkzeug.serving import make_server

def serve():
    server = make_server("127.0.0.1", 0, wsgi)
    return server.server_port, lambda: server.serve_forever(0.01), server.shutdown, server.server_close
""",
    "wsgiref": """
from wsgiref.simple_server import WSGIRequestHandler, make_server

class Quiet(WSGIRequestHandler):
    def log_message(self, *args): pass

def serve():
    server = make_server("127.0.0.1", 0, wsgi, handler_class=Quiet)
    return server.server_port, lambda: server.serve_forever(0.01), server.shutdown, server.server_close
""",
    "uvicorn": """
import time
import uvicorn

def serve():
    import socket
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(asgi, http="h11", log_level="critical", lifespan="off"))
    def stop(): server.should_exit = True
    return listening.getsockname()[1], lambda: server.run([listening]), stop, listening.close
""",
    "uvicorn httptools": """
import time
import uvicorn

def serve():
    import socket
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(asgi, http="httptools", log_level="critical", lifespan="off"))
    def stop(): server.should_exit = True
    return listening.getsockname()[1], lambda: server.run([listening]), stop, listening.close
""",
    "aiohttp": """
import asyncio
from aiohttp import web

def serve():
    import socket
    listening, loop = socket.create_server(("127.0.0.1", 0)), asyncio.new_event_loop()
    async def start():
        async def handle(request):
            try:
                return await answered(request)
            except KeyError as error:
                raise web.HTTPTeapot from error
        async def answered(request):
            body = await request.read()
            status, headers, text = reply(request.method, request.raw_path, list(request.raw_headers), body)
            return web.Response(status=status, headers=headers, body=text)
        app = web.Application()
        app.router.add_route("*", "/{any:.*}", handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.SockSite(runner, listening).start()
        return runner
    def run():
        runner = loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
    return listening.getsockname()[1], run, lambda: loop.call_soon_threadsafe(loop.stop), loop.close
""",
}

ECHO = """
import http.client
import threading
import urllib.request

import httpx
import pytest
import requests

SEEN = []
OWN = ("werkzeug.", "wsgi.input", "wsgi.errors", "REMOTE_PORT")


def reply(method, path, head, body):
    SEEN.append((method, path, head, body))
    if path == "/away":
        return 307, {"Location": "/echo"}, b""
    return 200, {"Set-Cookie": f"visit={len(SEEN)}"}, str(len(body)).encode()


def wsgi(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    head = sorted((name, value) for name, value in environ.items() if name.startswith(("HTTP_", "CONTENT_")))
    query = environ.get("QUERY_STRING")
    path = environ["PATH_INFO"] + ("?" + query if query else "")
    status, headers, text = reply(environ["REQUEST_METHOD"], path, head, body)
    start_response(f"{status} X", list(headers.items()))
    return [text]


async def asgi(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message.get("more_body")
    path = scope["path"] + ("?" + scope["query_string"].decode() if scope["query_string"] else "")
    status, headers, text = reply(scope["method"], path, list(scope["headers"]), body)
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": text})

SERVER

@pytest.fixture(scope="session")
def url():
    port, run, stop, close = serve()
    thread = threading.Thread(target=run)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    stop()
    thread.join()
    close()


@pytest.fixture(autouse=True)
def empty():
    SEEN.clear()
    yield
    print("PAIRS", len(SEEN), all(one == two for one, two in zip(SEEN[::2], SEEN[1::2])))
"""

# A suite that fails for warnings must not see any of ours; the one of pytest-asyncio is its own.
WARNINGS = ("-W", "error", "-W", "ignore::pytest.PytestDeprecationWarning")

SENT = {
    "json": ('requests.post(f"{url}/echo", json={"a": [1, "é"]})', "PAIRS 2 True"),
    "form": ('httpx.post(f"{url}/echo", data={"a": "1", "b": "x y"})', "PAIRS 2 True"),
    "multipart": ('requests.post(f"{url}/echo", files={"f": ("n.txt", b"\\x00\\xff")})', "PAIRS 2 True"),
    "bytes": (
        'httpx.post(f"{url}/echo?q=1&q=2", content=b"\\x00raw", headers={"X-One": "1"})',
        "PAIRS 2 True",
    ),
    "empty": ('requests.delete(f"{url}/echo")', "PAIRS 2 True"),
    "urllib": ('urllib.request.urlopen(f"{url}/echo", data=b"x").read()', "PAIRS 2 True"),
    "kept connection": (
        """with requests.Session() as web:
        assert web.post(f"{url}/echo", data=b"one").text == "3"
        assert web.cookies["visit"] == "1"
        assert web.post(f"{url}/echo", data=b"three").text == "5\"""",
        "PAIRS 4 True",
    ),
    "redirect": ('requests.post(f"{url}/away", data=b"kept")', "PAIRS 4 True"),
    "stream": ('httpx.put(f"{url}/echo", content=iter([b"a", b"b"]))', "PAIRS 1 "),
}


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("server", SERVERS)
def test_the_duplicate_is_the_request_byte_for_byte(server: str, name: str) -> None:
    """Path, headers and body arrive twice alike; the client gets the first answer, and keeps its connection."""
    sent, expected = SENT[name]
    test = f"""
@pytest.mark.idempotent
def test_sent(url):
    {sent}
"""
    text = ECHO.replace("SERVER", SERVERS[server]) + test
    shown = Specimen({"test_it.py": text}).run("-s", *WARNINGS, "-k", "duplicate", report=False)
    shown.expect(text=expected)


AIOHTTP = """
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

SEEN = []


async def order(request):
    SEEN.append((request.method, request.rel_url, request.raw_headers, await request.read()))
    return web.json_response({"size": len(SEEN[-1][3])})


class Line(web.View):
    async def get(self): return web.Response()
    async def put(self): return web.Response(text=(await self.request.post())["a"])


async def refused(request): raise web.HTTPConflict(text="no")
async def broken(request): raise KeyError("no")


async def streamed(request):
    answer = web.StreamResponse()
    await answer.prepare(request)
    for chunk in (b"a", b"b"):
        await answer.write(chunk)
    return answer


async def socket(request):
    answer = web.WebSocketResponse()
    await answer.prepare(request)
    await answer.send_str("hello")
    await answer.close()
    return answer


def application(directory):
    inner = web.Application()
    inner.router.add_view(r"/{number:\\d+}/lines/{line}", Line)
    app = web.Application(client_max_size=400_000)
    app.router.add_post("/orders", order)
    app.router.add_get("/socket", socket)
    app.router.add_post("/refused", refused)
    app.router.add_post("/broken", broken)
    app.router.add_post("/streamed", streamed)
    app.router.add_static("/files", directory)
    app.add_subapp("/orders", inner)
    return app


@pytest.mark.asyncio
@pytest.mark.idempotent
async def test_all(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    async with TestClient(TestServer(application(tmp_path))) as client:
        assert await (await client.post("/orders", json={"a": "é"})).json() == {"size": 15}
        assert await (await client.post("/orders", data=b"x" * 300_000)).json() == {"size": 300_000}
        assert (await client.post("/orders", data={"a": "b c"}, headers={"X-One": "1"})).status == 200
        assert (await client.post("/orders", data=b"late", expect100=True)).status == 200
        assert (await client.post("/orders", data=b"x" * 500_000)).status == 413
        assert await (await client.put("/orders/7/lines/a", data={"a": "é"})).text() == "é"
        assert (await client.get("/orders/7/lines/a")).status == 200
        assert (await client.get("/orders/x/lines/a")).status == 404
        assert (await client.delete("/refused")).status == 405
        assert (await client.post("/refused")).status == 409
        assert (await client.post("/broken")).status == 500
        assert await (await client.post("/streamed")).read() == b"ab"
        assert await (await client.get("/files/a.txt")).text() == "a"
        async with client.ws_connect("/socket") as talk:
            assert (await talk.receive()).data == "hello"
    print("SEEN", len(SEEN), [one == two for one, two in zip(SEEN[:6:2], SEEN[1:6:2])])
"""


def test_aiohttp_answers_and_operations_are_its_own() -> None:
    """Views, sub-applications, refusals, large and late bodies, streams, files and sockets pass as they are."""
    run = Specimen({"test_it.py": AIOHTTP}).run("-s", *WARNINGS, "-p", "no:randomly")
    run.expect(text="SEEN")
    assert run.report is not None
    assert {row["name"] for row in run.report["operations"]} == {
        "POST /orders",
        "PUT /orders/{number}/lines/{line}",
        "GET /orders/{number}/lines/{line}",
        "POST /refused",
        "POST /broken",
        "POST /streamed",
        "GET /socket",
    }
    assert run.report["heard"][0]["seam"] == "aiohttp.web"
    cells = {row["name"]: row["cells"]["happy"]["verdict"] for row in run.report["operations"]}
    assert cells["POST /orders"] == "held"


UVICORN = """
import asyncio
import sqlite3
import threading
import time

import httpx
import pytest
import uvicorn
from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse

db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("create table t (v text)")
db.execute("create table orders (number int)")
app = FastAPI()
here = threading.Event()


def keep(v):
    with db:
        db.execute("insert into t values (?)", (v,))


@app.post("/slow")
async def slow(tasks: BackgroundTasks):
    keep("slow")
    tasks.add_task(asyncio.sleep, 1.3)


@app.post("/stream")
async def stream():
    def chunks():
        yield b"a"
        yield b"b"
    return StreamingResponse(chunks())


@app.post("/raises")
async def raises():
    with db:
        db.execute("insert into orders values (1)")
    raise KeyError("no")


@app.put("/together/{number}")
async def together(number: int):
    keep(str(number))
    if number == 1:
        await asyncio.sleep(0.3)
    keep(str(number))


@pytest.fixture(scope="session")
def url():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield "http://127.0.0.1:{}".format(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join()


@pytest.mark.idempotent
def test_slow(url):
    assert httpx.post(f"{url}/slow").status_code == 200


@pytest.mark.idempotent
def test_stream(url):
    with httpx.stream("POST", f"{url}/stream") as answer:
        assert list(answer.iter_raw()) == [b"a", b"b"]


def test_raises(url):
    assert httpx.post(f"{url}/raises").status_code == 500


@pytest.mark.idempotent
def test_together(url):
    first = threading.Thread(target=httpx.put, args=(f"{url}/together/1",))
    first.start()
    while not db.execute("select 1 from t where v = '1'").fetchone():
        time.sleep(0.01)
    httpx.put(f"{url}/together/2")
    first.join()
    with db:
        db.execute("delete from t")
"""


def test_what_cannot_be_told_is_not_judged() -> None:
    """Work behind the answer, streams, and deliveries at the same time; an error of the application is a 500."""
    run = Specimen({"test_it.py": UVICORN}).run("-rs", "-p", "no:randomly")
    run.expect(
        outcomes={"passed": 4, "skipped": 3},
        findings=["atomic/effects-after-failure POST /raises"],
        text=[
            "went on working for a second after its answer was complete",
            "the answer is a stream, which is never repeated",
            "another delivery ran at the same time",
        ],
    )


OTHER_PROCESS = """
import subprocess
import sys

import pytest
import requests


@pytest.mark.idempotent
def test_elsewhere():
    server = subprocess.Popen(
        [sys.executable, "-u", "-c", "import http.server as s; h = s.BaseHTTPRequestHandler; "
         "h.do_POST = lambda self: (self.send_response(204), self.end_headers()); "
         "server = s.HTTPServer(('127.0.0.1', 0), h); print(server.server_port); server.serve_forever()"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    port = int(server.stdout.readline())
    try:
        assert requests.post(f"http://localhost:{port}/orders").status_code == 204
    finally:
        server.kill()
        server.communicate()
"""


def test_another_process_is_not_heard_and_that_is_said() -> None:
    """No operation is made up for it, and the variant does not say that nothing was sent."""
    run = Specimen({"test_it.py": OTHER_PROCESS}).run("-rs")
    run.expect(
        outcomes={"passed": 1, "skipped": 1},
        text="not judged: no server of this process answers at localhost:",
    )
    assert run.report is not None
    assert run.report["operations"] == []
