import pytest
from app import Base, Consumer, Shift
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def consumer(engine):
    Base.metadata.create_all(engine)
    return Consumer(engine)


@pytest.mark.idempotent(concurrent=True, crash=True, key="message.event_id")
def test_handle(prodready, consumer, engine):
    prodready.deliver(consumer.handle, {"event_id": "ev-70", "nurse": "Sam", "hours": 8})
    with Session(engine) as db:
        assert db.scalars(select(Shift.hours)).all() == [8]
