import pytest
from app import Base, Campaign, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Campaign(name="Library", raised=1000))
        db.commit()
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True, key="event_id")
def test_pledged(client, engine):
    event = {"event_id": "evt_90", "campaign": "Library", "amount": 75}
    answer = client.post("/webhooks/pledges", json=event)
    assert answer.status_code == 200
    assert answer.json() == {"status": "done"}
    with Session(engine) as db:
        assert db.get(Campaign, "Library").raised == 1075
