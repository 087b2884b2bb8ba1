import pytest
from app import Base, Transfer, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_transfer(client, engine):
    answer = client.post("/transfers", json={"cents": 12000}, headers={"Idempotency-Key": "rent-05"})
    assert answer.status_code == 201
    assert answer.json()["cents"] == 12000
    with Session(engine) as db:
        assert db.scalars(select(Transfer.cents)).all() == [12000]
