import sqlite3

import pytest

import firewood


@pytest.fixture
def client(tmp_path):
    path = tmp_path / "firewood.db"
    with sqlite3.connect(path) as db:
        db.executescript(firewood.SCHEMA)
        db.execute("insert into customers (id, name) values (1, 'Greta Holm')")
        db.execute("insert into sessions (sid, customer) values ('9f31c0aa', 1)")
    db.close()
    return firewood.create_app(path).test_client()


@pytest.fixture
def greta(client):
    client.set_cookie("sid", "9f31c0aa")
    return client


@pytest.mark.idempotent
def test_order(greta):
    answer = greta.post("/orders", json={"wood": "birch", "cubic_metres": 4}, headers={"Idempotency-Key": "wood-7731"})
    assert answer.status_code == 201
    assert answer.json["for"] == "Greta Holm"
    assert greta.get("/orders").json == {"orders": [answer.json["number"]]}


def test_nothing_is_no_order(greta):
    assert greta.post("/orders", json={"wood": "birch", "cubic_metres": 0}).status_code == 400


def test_somebody_has_to_order(client):
    assert client.post("/orders", json={"wood": "birch", "cubic_metres": 4}).status_code == 401
