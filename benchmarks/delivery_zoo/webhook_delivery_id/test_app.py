import pytest
from app import Base, Member, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Member(name="Ayla", points=40))
        db.commit()
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True, key="event_id")
def test_bought(client, engine):
    event = {"event_id": "evt_44", "member": "Ayla", "points": 15}
    answer = client.post("/webhooks/purchases", json=event, headers={"X-Delivery-Id": "dlv_1a"})
    assert answer.status_code == 200
    assert answer.json() == {"status": "done"}
    with Session(engine) as db:
        assert db.get(Member, "Ayla").points == 55
