import pytest
from app import Base, Signup, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_sign_up(client, engine):
    answer = client.post("/signups", json={"seats": 2}, headers={"Idempotency-Key": "course-1"})
    assert answer.status_code == 201
    assert answer.json()["seats"] == 2
    with Session(engine) as db:
        assert db.scalars(select(Signup.seats)).all() == [2]
