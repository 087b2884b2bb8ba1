import pytest
from app import Base, Refund, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True, key="event_id")
def test_refunded(client, engine):
    answer = client.post("/webhooks/refunds", json={"event_id": "evt_8", "order": "A-3", "amount": 700})
    assert answer.status_code == 200
    assert answer.json() == {"status": "done"}
    with Session(engine) as db:
        assert db.scalars(select(Refund.amount)).all() == [700]
