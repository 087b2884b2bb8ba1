import pytest
from app import Base, Seat, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_take(client, engine):
    answer = client.post("/seats", json={"row": 14}, headers={"Idempotency-Key": "guest-88"})
    assert answer.status_code == 201
    assert answer.json()["row"] == 14
    with Session(engine) as db:
        assert db.scalars(select(Seat.row)).all() == [14]
