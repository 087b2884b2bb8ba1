import pytest
from app import Base, Label, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_make(client, engine):
    answer = client.post("/labels", json={"grams": 650}, headers={"Idempotency-Key": "parcel-77"})
    assert answer.status_code == 201
    assert answer.json()["grams"] == 650
    with Session(engine) as db:
        assert db.scalars(select(Label.grams)).all() == [650]
