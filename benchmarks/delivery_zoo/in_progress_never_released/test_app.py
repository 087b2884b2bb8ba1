import pytest
from app import Base, Ticket, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_buy(client, engine):
    answer = client.post("/tickets", json={"zones": 2}, headers={"Idempotency-Key": "phone-6"})
    assert answer.status_code == 201
    assert answer.json()["zones"] == 2
    with Session(engine) as db:
        assert db.scalars(select(Ticket.zones)).all() == [2]
