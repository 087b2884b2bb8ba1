import sqlite3
from contextlib import closing

import pytest

import magazine


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "magazine.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(magazine.SCHEMA)
        db.execute("insert into subscriptions (number, months_left) values ('S-301', 2)")
        db.commit()
    return path


@pytest.fixture
def client(path):
    return magazine.create_app(path).test_client()


@pytest.mark.idempotent(key="event.id")
def test_renewal(client, path):
    answer = client.post(
        "/hooks/ledgerly",
        json={
            "event": {"id": "evt_60b1", "type": "subscription.renewed"},
            "data": {"subscription": "S-301", "months": 12},
        },
        headers={"X-Ledgerly-Delivery": "3f0c9a52-77a1-4d0e-9a55-0c1df1d0c1aa"},
    )
    assert answer.status_code == 200
    assert answer.json == {"status": "processed"}
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("select months_left from subscriptions").fetchall() == [(14,)]


def test_no_event(client):
    assert client.post("/hooks/ledgerly", json={}, headers={"X-Ledgerly-Delivery": "d-2"}).status_code == 400
