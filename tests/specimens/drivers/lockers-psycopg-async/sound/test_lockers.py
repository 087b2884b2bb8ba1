import os

import httpx
import psycopg
import pytest

from lockers.api import application
from lockers.store import SCHEMA, Store

pytestmark = pytest.mark.anyio
SERVER = "host=127.0.0.1 user=postgres dbname=test connect_timeout=3"
TICKET = "2f1c8ae0-5f8e-4d4f-b3f8-0f4b7a1f2c11"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def http():
    space = f"station_lockers_{os.getpid()}"
    try:
        con = await psycopg.AsyncConnection.connect(SERVER, autocommit=True)
    except psycopg.OperationalError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL on 127.0.0.1: {error}")
    async with con:
        await con.execute(f"drop schema if exists {space} cascade")
        await con.execute(f"create schema {space}")
        await con.execute(f"set search_path to {space}")
        await con.execute(SCHEMA)
        await con.execute("insert into cards values ('04:7F:A2', 1000)")
        store = Store(f"{SERVER} options='-c search_path={space}'")
        transport = httpx.ASGITransport(application(store))
        async with httpx.AsyncClient(transport=transport, base_url="http://station") as http:
            yield http
        await con.execute(f"drop schema {space} cascade")


@pytest.mark.idempotent
async def test_rent(http):
    body = {"ticket": TICKET, "card": "04:7F:A2", "hours": 3}
    assert (await http.post("/lockers/17/rentals", json=body)).status_code == 201
    assert (await http.get("/cards/04:7F:A2")).json() == {"cents": 550}


async def test_too_little_on_the_card(http):
    body = {"ticket": TICKET, "card": "04:7F:A2", "hours": 12}
    assert (await http.post("/lockers/17/rentals", json=body)).status_code == 402
    assert (await http.get("/cards/04:7F:A2")).json() == {"cents": 1000}
