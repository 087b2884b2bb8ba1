import pytest
from app import Base, Licence, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Licence(number="L-1", days=10))
        db.commit()
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True, key="event_id")
def test_paid(client, engine):
    event = {"event_id": "evt_12", "licence": "L-1", "days": 365}
    answer = client.post("/webhooks/payments", json=event)
    assert answer.status_code == 200
    assert answer.json() == {"status": "done"}
    with Session(engine) as db:
        assert db.get(Licence, "L-1").days == 375
