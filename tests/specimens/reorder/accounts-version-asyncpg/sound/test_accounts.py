import os

import asyncpg
import httpx
import pytest

from accounts import SCHEMA, create_app

SERVER = {"host": "127.0.0.1", "user": "postgres", "database": "test"}
SPACE = f"reorder_accounts_{os.getpid()}"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client():
    con = await asyncpg.connect(**SERVER)
    await con.execute(f"drop schema if exists {SPACE} cascade; create schema {SPACE}; set search_path to {SPACE}")
    await con.execute(SCHEMA)
    settings = {"search_path": SPACE}
    async with asyncpg.create_pool(min_size=1, max_size=2, server_settings=settings, **SERVER) as pool:
        transport = httpx.ASGITransport(create_app(pool))
        async with httpx.AsyncClient(transport=transport, base_url="http://accounts.test") as client:
            yield client
    await con.execute(f"drop schema {SPACE} cascade")
    await con.close()


def event(reference, owner, limit, sequence):
    return {"reference": reference, "owner": owner, "limit": limit, "sequence": sequence}


@pytest.mark.anyio
@pytest.mark.prodready(skip={"idempotent/duplicate": "only the order is asked here"})
@pytest.mark.idempotent(commutes=True)
async def test_the_latest_limit_holds(client):
    for each in (event("a", "Ada", 500, 1), event("b", "Bo", 90, 1), event("a", "Ada", 800, 2)):
        assert (await client.post("/hooks/accounts", json=each)).status_code == 204
    assert (await client.get("/accounts/a")).json() == {"owner": "Ada", "credit_limit": 800}
