import pytest
from fastapi.testclient import TestClient

from invitations import SCHEMA, app, db


@pytest.fixture
def client():
    db.executescript(SCHEMA)
    return TestClient(app)


def test_quota(client):
    client.post("/invitations", json={"email": "b@x.org"})
    assert client.get("/quota").json() == {"used": 4}


def test_no_address(client):
    assert client.post("/invitations", json={"email": "nobody"}).status_code == 422


@pytest.mark.idempotent
def test_invited(client):
    assert client.post("/invitations", json={"email": "a@x.org"}).status_code == 200


def test_limit(client):
    codes = [client.post("/invitations", json={"email": f"{n}@x.org"}).status_code for n in range(21)]
    assert codes == [200] * 20 + [429]
