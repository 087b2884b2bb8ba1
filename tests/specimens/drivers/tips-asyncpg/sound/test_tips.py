import asyncio
import os

import asyncpg
import pytest
from fastapi.testclient import TestClient

from tips import SCHEMA, create_app

SERVER = {"host": "127.0.0.1", "user": "postgres", "database": "test", "timeout": 3}
SPACE = f"restaurant_tips_{os.getpid()}"


async def run(*statements):
    con = await asyncpg.connect(**SERVER)
    try:
        for statement in statements:
            await con.execute(statement)
    finally:
        await con.close()


@pytest.fixture
def client():
    try:
        asyncio.run(run(f"drop schema if exists {SPACE} cascade", f"create schema {SPACE}"))
    except (OSError, asyncio.TimeoutError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL on 127.0.0.1: {error}")
    asyncio.run(run(f"set search_path to {SPACE}", SCHEMA, "insert into waiters values ('Jo', 12.50), ('Sam', 0)"))
    with TestClient(create_app(**SERVER, server_settings={"search_path": SPACE})) as client:
        yield client
    asyncio.run(run(f"drop schema {SPACE} cascade"))


@pytest.mark.idempotent
def test_tip(client):
    tip = {"receipt": "2210-004", "waiter": "Jo", "amount": "4.20", "terminal": "bar"}
    assert client.post("/tips", json=tip).status_code == 201
    assert client.get("/waiters/Jo").json() == {"name": "Jo", "tips": "16.70"}


def test_no_such_waiter(client):
    tip = {"receipt": "2210-005", "waiter": "Kim", "amount": "4.20", "terminal": "bar"}
    assert client.post("/tips", json=tip).status_code == 422
    assert client.get("/waiters/Kim").status_code == 404
