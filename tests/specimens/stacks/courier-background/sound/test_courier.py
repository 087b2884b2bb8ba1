import asyncio

import httpx
import pytest
import pytest_asyncio
import uvicorn

from courier import app, db

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def empty():
    with db:
        db.execute("delete from parcels")
        db.execute("delete from collections")


@pytest_asyncio.fixture
async def client():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx.AsyncClient(base_url=f"http://localhost:{port}") as client:
        yield client
    server.should_exit = True
    await serving


@pytest.mark.idempotent
async def test_register(client):
    answer = await client.post("/parcels", json={"code": "A7", "grams": 400})
    assert answer.status_code == 202


async def test_too_heavy(client):
    assert (await client.post("/parcels", json={"code": "A8", "grams": 40_000})).status_code == 422


async def test_every_parcel(client):
    assert (await client.get("/parcels")).json() == {"parcels": {}}
