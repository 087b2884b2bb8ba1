import sqlite3

import pytest
from starlette.testclient import TestClient

from confirm import make


@pytest.fixture
def client(tmp_path):
    path = tmp_path / "c.db"
    con = sqlite3.connect(path)
    con.executescript(
        """
        create table addresses (address text primary key, proven integer not null default 0);
        create table pending (token text primary key, address text not null);
        insert into addresses (address) values ('io@example.org');
        insert into pending values ('tok-81', 'io@example.org');
        """
    )
    con.close()
    return TestClient(make(path))


def test_follow_link(client):
    res = client.get("/confirm/tok-81")
    assert res.status_code == 200
    assert "onfirm" in res.text
    assert client.post("/confirm/tok-81").text == "<h1>Your address is confirmed</h1>"


def test_wrong_link(client):
    assert client.get("/confirm/tok-00").status_code == 404
