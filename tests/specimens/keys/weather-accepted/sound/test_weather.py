import sqlite3
from contextlib import closing

import pytest

import weather


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "weather.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(weather.SCHEMA)
        db.execute("insert into stations (id, name, api_key) values (1, 'Summit', 'k-summit'), (2, 'Harbour', 'k-harbour')")
        db.commit()
    return path


@pytest.fixture
async def client(aiohttp_client, path):
    return await aiohttp_client(weather.application(path))


@pytest.fixture
def prodready_other_tenant():
    return {"X-Api-Key": "k-harbour"}


@pytest.mark.idempotent
async def test_a_reading_is_kept(client, path):
    answer = await client.post(
        "/readings",
        json={"sensor": "roof", "celsius": -4.5},
        headers={"X-Api-Key": "k-summit", "Idempotency-Key": "2031-01-09T06"},
    )
    assert answer.status == 202
    assert await answer.json() == {"status": "accepted"}
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("select sensor, celsius from readings where station = 1").fetchall() == [("roof", -4.5)]


async def test_unknown_station(client):
    answer = await client.post("/readings", json={"sensor": "roof", "celsius": 1}, headers={"X-Api-Key": "k-none"})
    assert answer.status == 401


async def test_key_is_required(client):
    answer = await client.post("/readings", json={"sensor": "roof", "celsius": 1}, headers={"X-Api-Key": "k-summit"})
    assert answer.status == 400
