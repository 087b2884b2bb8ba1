import pytest
from app import Base, Order, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_place(client, engine):
    answer = client.post("/orders", json={"pieces": 3}, headers={"Idempotency-Key": "basket-19"})
    assert answer.status_code == 201
    assert answer.json()["pieces"] == 3
    with Session(engine) as db:
        assert db.scalars(select(Order.key)).all() == ["basket-19"]
