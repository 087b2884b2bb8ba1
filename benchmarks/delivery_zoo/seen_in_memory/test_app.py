import pytest
from app import Base, Delivery, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True, key="event_id")
def test_ordered(client, engine):
    answer = client.post("/webhooks/orders", json={"event_id": "evt_3", "order": "B-9", "boxes": 4})
    assert answer.status_code == 200
    with Session(engine) as db:
        delivery = db.scalars(select(Delivery)).one()
        assert (delivery.id, delivery.boxes) == (answer.json()["delivery"], 4)
