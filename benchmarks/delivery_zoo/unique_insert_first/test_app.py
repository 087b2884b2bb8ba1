import pytest
from app import Base, Card, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Card(number="4711", credit=200))
        db.commit()
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_top_up(client, engine):
    answer = client.post("/cards/4711/top-ups", json={"amount": 500}, headers={"Idempotency-Key": "t-1"})
    assert answer.status_code == 201
    assert answer.json()["amount"] == 500
    with Session(engine) as db:
        assert db.get(Card, "4711").credit == 700
