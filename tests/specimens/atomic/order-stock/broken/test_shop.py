import pytest
from fastapi.testclient import TestClient

from shop import Base, Customer, Product, SessionLocal, app, engine


@pytest.fixture
def client():
    Base.metadata.create_all(engine)
    with SessionLocal.begin() as s:
        s.add_all([Product(sku="mug", in_stock=10), Customer(id=1)])
    yield TestClient(app)
    Base.metadata.drop_all(engine)


def test_order(client):
    r = client.post("/orders", json={"customer_id": 1, "sku": "mug", "pieces": 2})
    assert r.status_code == 201


def test_order_for_nobody(client):
    r = client.post("/orders", json={"customer_id": 99, "sku": "mug", "pieces": 2})
    assert r.status_code == 404
    assert r.json()["detail"] == "no such customer"


@pytest.mark.parametrize("pieces", [11, 500])
def test_too_many(client, pieces):
    assert client.post("/orders", json={"customer_id": 1, "sku": "mug", "pieces": pieces}).status_code == 409
