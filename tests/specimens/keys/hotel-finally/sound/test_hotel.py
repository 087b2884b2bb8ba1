import sqlite3
from contextlib import closing

import pytest
import responses

import hotel


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "hotel.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(hotel.SCHEMA)
    return path


@pytest.fixture
def client(path):
    return hotel.create_app(path).test_client()


@pytest.fixture
def channel():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.post(f"{hotel.CHANNEL}/reservations", json={"reference": "HX-402"}, status=201)
        yield mock


@pytest.mark.idempotent(key="Idempotency-Key")
def test_book_a_stay(client, channel, path):
    answer = client.post("/stays", json={"guest": "R. Okafor", "nights": 2}, headers={"Idempotency-Key": "st-5530"})
    assert answer.status_code == 201
    assert answer.json == {"reference": "HX-402"}
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("select guest, nights from stays").fetchall() == [("R. Okafor", 2)]


def test_key_is_required(client):
    assert client.post("/stays", json={"guest": "R. Okafor", "nights": 2}).status_code == 400
