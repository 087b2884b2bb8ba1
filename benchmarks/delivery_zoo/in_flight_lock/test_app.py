import pytest
from app import Base, Line, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_issue(client, engine):
    order = {"amount": 9900, "text": "Repair of a bicycle"}
    answer = client.post("/invoices", json=order, headers={"Idempotency-Key": "job-31"})
    assert answer.status_code == 201
    assert answer.json()["amount"] == 9900
    with Session(engine) as db:
        assert db.scalars(select(Line.text)).all() == ["Repair of a bicycle"]
