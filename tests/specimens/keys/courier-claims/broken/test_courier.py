import httpx
import pytest
import respx
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from courier import CARRIER, Pickup, create_app


@pytest.fixture
def app(tmp_path):
    app = create_app(f"sqlite:///{tmp_path / 'courier.db'}")
    yield app
    app.state.engine.dispose()


@pytest.fixture
def client(app):
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def carrier():
    with respx.mock(base_url=CARRIER, assert_all_called=False) as mock:
        mock.post("/jobs").mock(return_value=httpx.Response(202, json={"job": "J-88"}))
        yield mock


@pytest.mark.idempotent(key="Idempotency-Key")
def test_order_a_pickup(app, client, carrier):
    answer = client.post(
        "/pickups", json={"address": "3 Quay Street", "parcels": 2}, headers={"Idempotency-Key": "pk-0091"}
    )
    assert answer.status_code == 201
    assert answer.json()["job"] == "J-88"
    with Session(app.state.engine) as db:
        assert [pickup.parcels for pickup in db.scalars(select(Pickup))] == [2]


def test_no_parcels(client, carrier):
    answer = client.post(
        "/pickups", json={"address": "3 Quay Street", "parcels": 0}, headers={"Idempotency-Key": "pk-0092"}
    )
    assert answer.status_code == 422
