import pytest
from app import Base, Consumer, Job, Pay
from sqlalchemy.orm import Session


@pytest.fixture
def consumer(engine):
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        db.add_all([Job(number="J-8", state="open", worker="Mirko"), Pay(worker="Mirko", cents=0)])
        db.commit()
    return Consumer(engine)


@pytest.mark.idempotent(concurrent=True, crash=True, key="message.job")
def test_finish(prodready, consumer, engine):
    prodready.deliver(consumer.finish, {"job": "J-8", "cents": 1800})
    with Session(engine) as db:
        assert db.get(Job, "J-8").state == "finished"
        assert db.get(Pay, "Mirko").cents == 1800
