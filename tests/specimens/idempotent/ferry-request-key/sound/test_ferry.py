import pytest
from fastapi.testclient import TestClient

import ferry


@pytest.fixture
def client():
    ferry.Base.metadata.create_all(ferry.engine)
    with TestClient(ferry.app) as c:
        yield c
    ferry.Base.metadata.drop_all(ferry.engine)


@pytest.mark.idempotent
def test_reserve_crossing(client):
    r = client.post("/crossings", json={"route": "Bodo-Moskenes", "cars": 2}, headers={"idempotency-key": "k-20310501-1"})
    assert r.status_code == 201
    assert r.json()["price"] == 9800


def test_key_is_required(client):
    assert client.post("/crossings", json={"route": "Bodo-Moskenes", "cars": 2}).status_code == 422
