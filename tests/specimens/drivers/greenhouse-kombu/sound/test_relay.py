import sqlite3

import pytest
from kombu import Connection

import relay


@pytest.fixture(autouse=True)
def database(tmp_path, monkeypatch):
    monkeypatch.setattr(relay, "database", str(tmp_path / "alarms.db"))
    db = sqlite3.connect(relay.database)
    db.executescript(relay.SCHEMA)
    db.close()


@pytest.fixture
def orders():
    with Connection(relay.broker) as connection:
        queue = relay.vents(connection.default_channel)
        queue.declare()
        queue.purge()

        def orders():
            message = queue.get(no_ack=True)
            return message and message.payload

        yield orders
        queue.purge()


@pytest.mark.idempotent
def test_heat_opens_the_vents(prodready, orders):
    message = {"sensor": "bed-4", "celsius": 38.5, "raised": "2031-07-02T13:40:00Z"}
    assert prodready.deliver(relay.on_temperature, message) is True
    assert orders() == {"open": 60, "sensor": "bed-4"}


def test_cool_enough(prodready, orders):
    message = {"sensor": "bed-4", "celsius": 24, "raised": "2031-07-02T13:45:00Z"}
    assert prodready.deliver(relay.on_temperature, message) is False
    assert orders() is None
