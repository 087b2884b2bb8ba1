import pytest
from app import Base, Consumer, Payout
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def consumer(engine):
    Base.metadata.create_all(engine)
    return Consumer(engine)


@pytest.mark.idempotent(concurrent=True, crash=True, key="message.events.event_id")
def test_handle(prodready, consumer, engine):
    events = [{"event_id": "ev-1", "cents": 300}, {"event_id": "ev-2", "cents": 450}]
    prodready.deliver(consumer.handle, {"batch_id": "b-17", "events": events})
    with Session(engine) as db:
        assert db.scalars(select(Payout.cents).order_by(Payout.event)).all() == [300, 450]
