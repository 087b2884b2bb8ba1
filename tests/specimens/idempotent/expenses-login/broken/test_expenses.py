import hashlib

import pytest
from fastapi.testclient import TestClient

import expenses as ex


@pytest.fixture
def client():
    ex.Base.metadata.create_all(ex.engine)
    with ex.new_session.begin() as s:
        s.add(ex.Person(name="ines", secret=hashlib.sha256(b"tulip").hexdigest()))
    yield TestClient(ex.app)
    ex.Base.metadata.drop_all(ex.engine)


@pytest.mark.idempotent
def test_login_then_claim(client):
    token = client.post("/login", data={"username": "ines", "password": "tulip"}).json()["access_token"]
    auth = {"Authorization": f"Bearer {token}"}
    made = client.post("/claims", json={"client_ref": "taxi-12", "cents": 1850}, headers=auth)
    assert made.status_code == 201
    assert client.get("/claims", headers=auth).json() == [1850]


def test_wrong_password(client):
    assert client.post("/login", data={"username": "ines", "password": "rose"}).status_code == 401


def test_needs_login(client):
    assert client.get("/claims").status_code == 401
