import pytest
from fastapi.testclient import TestClient

from lounge import make


@pytest.fixture
def client(tmp_path):
    client = TestClient(make(tmp_path / "lounge.sqlite"))
    client.post("/arrivals", json={"guest": "bob"})
    return client


def test_another_guest(client):
    assert client.get("/me", params={"as_guest": "ann"}).json() == {"guest": "ann"}
    assert client.get("/me", params={"as_guest": "ann"}).json() == {"guest": "ann"}


def test_unknown_guest(client):
    assert client.post("/arrivals", json={"guest": "eve"}).status_code == 422


@pytest.mark.idempotent
def test_bag(client):
    assert client.post("/arrivals", json={"guest": "ann"}).status_code == 200
    assert client.put("/bags/ann", json={"colour": "green"}).status_code == 200
