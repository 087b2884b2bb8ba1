import pytest
from app import Account, Base, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Account(id=12, balance=900))
        db.commit()
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_withdraw(client, engine):
    answer = client.post("/accounts/12/withdrawals", json={"amount": 150}, headers={"Idempotency-Key": "w-3"})
    assert answer.status_code == 201
    assert answer.json()["amount"] == 150
    with Session(engine) as db:
        assert db.get(Account, 12).balance == 750
