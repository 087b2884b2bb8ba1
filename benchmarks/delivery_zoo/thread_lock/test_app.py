import pytest
from app import Base, Voucher, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_issue(client, engine):
    answer = client.post("/vouchers", json={"amount": 2500}, headers={"Idempotency-Key": "gift-12"})
    assert answer.status_code == 201
    assert answer.json()["amount"] == 2500
    with Session(engine) as db:
        assert db.scalars(select(Voucher.amount)).all() == [2500]
