"""Every client that a test drives is heard, and what is repeated is what was sent, byte for byte."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

ECHO = """
import hashlib
import sqlite3

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from starlette.testclient import TestClient

SEEN = []


async def echo(request):
    body = await request.body()
    SEEN.append((request.method, str(request.url), request.headers.raw, body))
    answer = JSONResponse({"size": len(body)})
    answer.set_cookie("visit", str(len(SEEN)))
    return answer


async def away(request):
    return RedirectResponse("/echo", status_code=307)


app = Starlette(routes=[Route("/echo", echo, methods=["POST", "GET"]), Route("/away", away, methods=["POST"])])


@pytest.fixture(autouse=True)
def empty():
    SEEN.clear()
    yield
    pairs = [(one, two) for one, two in zip(SEEN[::2], SEEN[1::2])]
    print("PAIRS", len(SEEN), all(one == two for one, two in pairs))
"""

SENT = {
    "json": 'client.post("/echo", json={"a": [1, "é"]})',
    "form": 'client.post("/echo", data={"a": "1", "b": "x y"})',
    "multipart": 'client.post("/echo", files={"f": ("n.txt", b"\\x00\\xff", "text/plain")}, data={"a": "1"})',
    "bytes": 'client.post("/echo?q=1&q=2", content=b"\\x00raw", headers={"X-Twice": "1"})',
    "generator": 'client.post("/echo", content=(p for p in (b"a", b"b")))',
    "empty": 'client.post("/echo")',
    "cookies": 'client.get("/echo"); client.cookies.set("mine", "1"); client.post("/echo")',
    "redirect": 'client.post("/away", content=b"kept")',
}


@pytest.mark.parametrize("name", SENT)
def test_the_duplicate_is_the_request_byte_for_byte(name: str) -> None:
    """Method, URL, headers in order, cookies and body arrive twice alike; the client's own cookies do not move."""
    test = f"""
@pytest.mark.idempotent
def test_sent():
    client = TestClient(app)
    {SENT[name]}
"""
    shown = Specimen({"test_it.py": ECHO + test}).run("-s", "-k", "duplicate", report=False)
    # GET is not repeated: it is taken out of the pairs by arriving alone before its cookie.
    if name == "cookies":
        shown.expect(text="PAIRS 3 ")
    else:
        shown.expect(text="PAIRS 2 True")


ASYNC = """
import {lib}
import pytest
import sqlite3
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("create table t (id integer primary key, v text unique)")


async def keep(request):
    with db:
        db.execute("insert {word} into t (v) values ('x')")
    return JSONResponse({{}})


app = Starlette(routes=[Route("/keep", keep, methods=["POST"])])

@pytest.fixture(autouse=True)
def empty():
    with db:
        db.execute("delete from t")

@pytest.mark.anyio
@pytest.mark.idempotent
@pytest.mark.parametrize("anyio_backend", [{backend!r}])
async def test_keep(anyio_backend):
    transport = {lib}.ASGITransport(app, raise_app_exceptions=False)
    async with {lib}.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.post("/keep")).status_code == 200
"""


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("lib", ["httpx", "httpx2"])
def test_async_clients_of_both_packages_are_heard(lib: str, backend: str) -> None:
    """Broken: a 500 for the duplicate. Sound: ``insert or ignore``. On asyncio and on trio."""
    broken = Specimen({"test_it.py": ASYNC.format(lib=lib, backend=backend, word="")}).run()
    broken.expect(findings=["idempotent/different-response POST /keep"])
    sound = Specimen({"test_it.py": ASYNC.format(lib=lib, backend=backend, word="or ignore")}).run()
    sound.expect(findings=[], held=["idempotent POST /keep"])


ROUTES = """
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Mount

inner = FastAPI()
router = APIRouter(prefix="/r")


@router.get("/{name}/tail")
def tail(name: str): return {}


@inner.get("/deep/{number}")
def deep(number: int): return {}


app = FastAPI()
app.include_router(router, prefix="/v1")
app.mount("/inner", inner)


class Outer:
    def __init__(self, app): self.app = app
    async def __call__(self, scope, receive, send): await self.app(scope, receive, send)


def test_get():
    client = TestClient(Outer(app))
    assert client.get("/v1/r/x/tail").status_code == 200
    assert client.get("/inner/deep/3").status_code == 200
    assert client.get("/nowhere").status_code == 404
"""


def test_routes_are_named_by_their_templates() -> None:
    """Below routers, mounts and bare ASGI middleware; a path without a route is no operation."""
    report = Specimen({"test_it.py": ROUTES}).run().report
    assert report is not None
    assert [row["name"] for row in report["operations"]] == [
        "GET /inner/deep/{number}",
        "GET /v1/r/{name}/tail",
    ]
    assert report["run"]["deliveries"] == 3
