"""The broker: in memory where nothing else is said, RabbitMQ where its URL is."""

import os

from kombu import Connection, Exchange, Queue

URL = os.environ.get("FULFILMENT_BROKER", "memory://")


class Broker:
    """Queues on one exchange.

    Args:
        url: ``memory://``, or e.g. ``amqp://guest:guest@127.0.0.1:5672//``.
        exchange: its name, which the queues' names begin with.
    """

    def __init__(self, url=URL, exchange="shop"):
        self.connection = Connection(url, connect_timeout=2)
        self._exchange = Exchange(exchange, type="direct")

    def queue(self, name):
        return Queue(f"{self._exchange.name}.{name}", self._exchange, routing_key=name)

    def publish(self, name, body):
        with self.connection.Producer() as producer:
            producer.publish(body, exchange=self._exchange, routing_key=name, declare=[self.queue(name)])

    def close(self):
        self.connection.release()
