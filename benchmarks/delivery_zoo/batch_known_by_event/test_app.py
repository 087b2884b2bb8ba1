import pytest
from app import Base, Consumer, Farmer
from sqlalchemy.orm import Session


@pytest.fixture
def consumer(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Farmer(name="Huber", litres=0))
        db.commit()
    return Consumer(engine)


@pytest.mark.idempotent(concurrent=True, crash=True, key="message.events.event_id")
def test_handle(prodready, consumer, engine):
    events = [
        {"event_id": "milk-2", "farmer": "Huber", "litres": 30},
        {"event_id": "milk-1", "farmer": "Huber", "litres": 20},
    ]
    prodready.deliver(consumer.handle, {"batch_id": "tour-6", "events": events})
    with Session(engine) as db:
        assert db.get(Farmer, "Huber").litres == 50
