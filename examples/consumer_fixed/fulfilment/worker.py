"""The process that consumes: ``FULFILMENT_BROKER=amqp://... python -m fulfilment.worker``."""

from kombu.mixins import ConsumerMixin

from .broker import Broker
from .database import connect
from .handlers import Fulfilment, Refused


class Worker(ConsumerMixin):
    def __init__(self, broker, fulfilment):
        self.connection = broker.connection
        self._broker = broker
        self._handlers = {
            "orders-paid": fulfilment.on_order_paid,
            "goods-received": fulfilment.on_goods_received,
        }

    def get_consumers(self, Consumer, channel):
        return [
            Consumer([self._broker.queue(name)], callbacks=[answering(handler)])
            for name, handler in self._handlers.items()
        ]


def answering(handler):
    """Tell the broker what became of a message; what is neither is delivered again."""

    def received(body, message):
        try:
            handler(body)
        except Refused:
            message.reject()
        else:
            message.ack()

    return received


if __name__ == "__main__":
    broker = Broker()
    Worker(broker, Fulfilment(connect("warehouse.db"), broker)).run()
