import os

import pytest
from kombu import Connection

from fulfilment.handlers import Fulfilment
from fulfilment.worker import Worker

RABBITMQ = os.environ.get("FULFILMENT_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")


@pytest.fixture
def rabbitmq(opened):
    try:
        with Connection(RABBITMQ, connect_timeout=2) as connection:
            connection.connect()
    except OSError as error:
        pytest.skip(f"no RabbitMQ at {RABBITMQ}: {error}")
    with opened(RABBITMQ) as broker:
        yield broker


def consume(broker, fulfilment, messages):
    for _ in Worker(broker, fulfilment).consume(limit=messages, timeout=5):
        pass


@pytest.mark.idempotent(call="fulfilment.handlers:Fulfilment.on_goods_received")
def test_goods_from_the_queue(broker, fulfilment, stock, goods):
    broker.publish("goods-received", goods)
    consume(broker, fulfilment, 1)
    assert stock("lamp") == 14


def test_refused_message_does_not_come_again(broker, fulfilment, published, order):
    broker.publish("orders-paid", {**order, "sku": "sofa"})
    consume(broker, fulfilment, 1)
    assert published("orders-paid") == []


@pytest.mark.idempotent(call="fulfilment.handlers:Fulfilment.on_goods_received")
def test_goods_from_rabbitmq(rabbitmq, db, stock, goods):
    rabbitmq.publish("goods-received", goods)
    consume(rabbitmq, Fulfilment(db, rabbitmq), 1)
    assert stock("lamp") == 14
