import pytest
from app import Base, Consumer, Meter
from sqlalchemy.orm import Session


@pytest.fixture
def consumer(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add(Meter(number="M-2", used=100))
        db.commit()
    return Consumer(engine)


@pytest.mark.idempotent(concurrent=True, crash=True, key="message.event_id")
def test_used(prodready, consumer, engine):
    prodready.deliver(consumer.handle, {"event_id": "ev-5", "meter": "M-2", "units": 12})
    with Session(engine) as db:
        assert db.get(Meter, "M-2").used == 112
