import pytest
from app import Account, Base, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Account(number="AT-1", balance=5000))
        db.commit()
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_pay(client, engine):
    answer = client.post("/accounts/AT-1/payments", json={"amount": 400}, headers={"Idempotency-Key": "p-6"})
    assert answer.status_code == 201
    with Session(engine) as db:
        assert db.get(Account, "AT-1").balance == 4600
