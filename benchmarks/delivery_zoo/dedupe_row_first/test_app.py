import pytest
from app import Base, Subscription, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Subscription(number="S-5", months=2))
        db.commit()
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True, key="event_id")
def test_renewed(client, engine):
    event = {"event_id": "evt_61", "subscription": "S-5", "months": 12}
    answer = client.post("/webhooks/renewals", json=event)
    assert answer.status_code == 200
    assert answer.json() == {"status": "done"}
    with Session(engine) as db:
        assert db.get(Subscription, "S-5").months == 14
