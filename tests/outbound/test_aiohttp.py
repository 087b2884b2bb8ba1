"""``aiohttp.ClientSession``: calls to a real server on loopback are heard."""

from __future__ import annotations

from pytest_prodready.testing import Specimen

SHOP = """
import aiohttp
import pytest
from aiohttp import web
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

app = FastAPI()
PROVIDER = ""


@app.post("/verb")
async def verb(event: str):
    async with aiohttp.ClientSession() as session:
        async with session.post(PROVIDER + "/charges", json={"amount": 5}) as answer:
            return {"status": answer.status}


@app.post("/keyed")
async def keyed(event: str):
    async with aiohttp.ClientSession(PROVIDER) as session:
        answer = await session.request("POST", "/charges", data=b"5", headers={"Idempotency-Key": event})
        return {"status": answer.status}


@app.post("/fails")
async def fails(event: str):
    async with aiohttp.ClientSession() as session:
        try:
            await session.post("http://127.0.0.1:1/nowhere")
        except aiohttp.ClientError:
            return {"status": 0}


async def charges(request):
    return web.Response(status=201)


@pytest.mark.idempotent
@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/verb", "/keyed", "/fails"])
async def test_charge(path, monkeypatch):
    server = web.Application()
    server.router.add_post("/charges", charges)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setitem(globals(), "PROVIDER", "http://127.0.0.1:%d" % runner.addresses[0][1])
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        status = (await client.post(path, params={"event": "e"})).json()["status"]
    assert status == (0 if path == "/fails" else 201)
    await runner.cleanup()
"""


def test_calls_of_a_session_are_effects() -> None:
    """A second charge is found, one under the provider's key is not, a call that failed is none."""
    shown = Specimen({"test_it.py": SHOP}).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect POST /verb"],
        held=["idempotent POST /keyed"],
        text="/charges -> 201 at test_it.py:",
    )
    assert "idempotent POST /fails" in shown.cells("not-judged")
