import pytest
from app import Base, Payment, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_pay(client, engine):
    answer = client.post("/payments", json={"amount": 1250}, headers={"Idempotency-Key": "order-7"})
    assert answer.status_code == 201
    assert answer.json()["amount"] == 1250
    with Session(engine) as db:
        assert db.scalars(select(Payment.amount)).all() == [1250]
