from contextlib import contextmanager
from uuid import uuid4

import pytest

from fulfilment.broker import URL, Broker
from fulfilment.database import connect
from fulfilment.handlers import Fulfilment

QUEUES = ("orders-paid", "goods-received", "pickups", "mails")


@contextmanager
def declared(url):
    """A broker with queues that no other run uses, and that are gone afterwards."""
    broker = Broker(url, "shop" if url == "memory://" else f"shop-{uuid4().hex}")
    queues = [broker.queue(name)(broker.connection.default_channel) for name in QUEUES]
    for queue in queues:
        queue.declare()
    yield broker
    for queue in queues:
        queue.delete()
    queues[0].exchange.delete()
    broker.close()


@pytest.fixture
def opened():
    return declared


@pytest.fixture
def broker(opened):
    with opened(URL) as broker:
        yield broker


@pytest.fixture
def db():
    db = connect(":memory:")
    with db:
        db.execute("insert into articles values ('lamp', 10), ('desk', 3)")
    yield db
    db.close()


@pytest.fixture
def fulfilment(db, broker):
    return Fulfilment(db, broker)


@pytest.fixture
def stock(db):
    return lambda sku: db.execute("select stock from articles where sku = ?", (sku,)).fetchone()[0]


@pytest.fixture
def published(broker):
    """What waits in a queue."""

    def published(name):
        queue = broker.queue(name)(broker.connection.default_channel)
        return [message.payload for message in iter(lambda: queue.get(no_ack=True), None)]

    return published


@pytest.fixture
def order():
    return {
        "number": "A-17",
        "sku": "lamp",
        "quantity": 2,
        "address": "Mill Lane 3",
        "email": "eve@example.org",
    }


@pytest.fixture
def goods():
    return {"delivery_note": "N-5", "lines": [{"sku": "lamp", "quantity": 4}, {"sku": "desk", "quantity": 1}]}
