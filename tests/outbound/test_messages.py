"""Published messages are effects: a duplicate that publishes again has a second one."""

from __future__ import annotations

import os
import socket

import pytest

from pytest_prodready.testing import Specimen

SHOP = """
import sqlite3

import pytest
from celery import Celery
from fastapi import FastAPI
from fastapi.testclient import TestClient
from kombu import Connection, Exchange, Queue

celery = Celery("shop", broker="memory://")
celery.conf.task_always_eager = {eager}
RAN = []


@celery.task(name="shop.mail")
def mail(number):
    RAN.append(number)


def by_task(number): mail.delay(number)
def by_name(number): celery.send_task("shop.mail", args=[number])


def by_kombu(number):
    with Connection("memory://") as connection, connection.Producer() as producer:
        queue = Queue("mails", Exchange("shop"), routing_key="mail")
        producer.publish({{"number": number}}, exchange=queue.exchange, routing_key="mail", declare=[queue])


app = FastAPI()
db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("create table orders (number integer unique)")


@app.post("/naive")
def naive(number: int):
    {publish}(number)
    return {{}}


@app.post("/guarded")
def guarded(number: int):
    with db:
        fresh = db.execute("insert or ignore into orders values (?)", (number,)).rowcount
    if fresh:
        {publish}(number)
    return {{}}


@pytest.mark.idempotent
@pytest.mark.parametrize("path", ["/naive", "/guarded"])
def test_order(path):
    with db:
        db.execute("delete from orders")
    assert TestClient(app).post(path, params={{"number": 7}}).status_code == 200
"""


@pytest.mark.parametrize(
    ("publish", "eager", "told"),
    [
        ("by_task", False, "second effect: PUBLISH celery/shop.mail at test_it.py:"),
        ("by_task", True, "second effect: PUBLISH celery/shop.mail at test_it.py:"),
        ("by_name", False, "second effect: PUBLISH celery/shop.mail at test_it.py:"),
        ("by_kombu", False, "second effect: PUBLISH kombu/shop/mail at test_it.py:"),
    ],
)
def test_a_message_published_twice_is_found(publish: str, eager: bool, told: str) -> None:
    """Once a message, at the layer that the application uses; behind a unique row it is published once."""
    shown = Specimen({"test_it.py": SHOP.format(publish=publish, eager=eager)}).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect POST /naive"], held=["idempotent POST /guarded"], text=told
    )
    assert "(x2)" not in shown.text


RABBIT = """
import os
import sqlite3
import uuid

import pika
import pytest

QUEUE = "prodready-" + uuid.uuid4().hex
db = sqlite3.connect(":memory:")
db.execute("create table seen (event text unique)")


@pytest.fixture
def channel():
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1"))
    channel = connection.channel()
    channel.queue_declare(QUEUE, auto_delete=True)
    with db:
        db.execute("delete from seen")
    yield channel
    channel.queue_delete(QUEUE)
    connection.close()


class Forwarder:
    def __init__(self, channel): self.channel = channel

    def naive(self, message):
        self.channel.basic_publish("", QUEUE, message["event"].encode())

    def identified(self, message):
        properties = pika.BasicProperties(message_id=message["event"])
        self.channel.basic_publish("", QUEUE, b"", properties)

    def guarded(self, message):
        with db:
            fresh = db.execute("insert or ignore into seen values (?)", (message["event"],)).rowcount
        if fresh:
            self.channel.basic_publish(exchange="", routing_key=QUEUE, body=b"")


@pytest.mark.idempotent
@pytest.mark.parametrize("name", ["naive", "identified", "guarded"])
def test_forward(channel, prodready, name):
    prodready.deliver(getattr(Forwarder(channel), name), {"event": "e-1"})
    assert channel.basic_get(QUEUE, auto_ack=True)[2] is not None
"""


def _rabbit_runs() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5672)) == 0


def test_messages_to_a_real_broker_are_heard() -> None:
    """RabbitMQ has no embedded server; outside CI its absence skips."""
    if not _rabbit_runs():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no RabbitMQ on 127.0.0.1:5672")
    shown = Specimen({"test_it.py": RABBIT}).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect test_it:Forwarder.naive"],
        held=["idempotent test_it:Forwarder.identified", "idempotent test_it:Forwarder.guarded"],
        text="second effect: PUBLISH pika/prodready-",
    )
