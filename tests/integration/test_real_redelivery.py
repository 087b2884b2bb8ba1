"""What a broker really does with a message that was not acknowledged, and the verdict on the same handler.

The model of a redelivery is ``handler(message)``, called once more. Here real brokers deliver again, a broken
handler takes effect twice and a sound one once; the plugin, given the same handler, says exactly that.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pytest_prodready.testing import Specimen

HOST = "127.0.0.1"
PORTS = {"rabbitmq": 5672, "redis": 6379}
MESSAGE = {"event": "evt-1", "amount": 5}
# Blocking reads end at once when there is something to read; this is for what does not come.
LIMIT = 5.0

CONSUMERS = """
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Charge(Base):
    __tablename__ = "charges"
    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    amount: Mapped[int]


class Event(Base):
    __tablename__ = "events"
    id: Mapped[str] = mapped_column(primary_key=True)


class Consumer:
    def __init__(self, path):
        self.engine = create_engine(f"sqlite:///{path}")
        Base.metadata.create_all(self.engine)

    def forgets(self, message):
        with Session(self.engine) as db:
            db.add(Charge(**message))
            db.commit()

    def looks(self, message):
        with Session(self.engine) as db:
            if db.scalars(select(Charge).where(Charge.event == message["event"])).first() is None:
                db.add(Charge(**message))
                db.commit()

    def claims(self, message):
        with Session(self.engine) as db:
            db.add(Event(id=message["event"]))
            try:
                db.flush()
            except IntegrityError:
                return
            db.add(Charge(**message))
            db.commit()

    def effects(self):
        with Session(self.engine) as db:
            return len(db.scalars(select(Charge)).all())
"""
TEST = """
import pytest
from consumers import Consumer


@pytest.fixture
def consumer(tmp_path):
    consumer = Consumer(tmp_path / "charges.db")
    yield consumer
    consumer.engine.dispose()


@pytest.mark.idempotent(concurrent={concurrent})
def test_handle(prodready, consumer):
    prodready.deliver(consumer.{handler}, {message})
    assert consumer.effects() == 1
"""
TWICE_OR_ONCE = pytest.mark.parametrize(("handler", "effects"), [("forgets", 2), ("claims", 1)])


def verdict(handler: str, *, concurrent: bool = False) -> list[str]:
    """What the plugin finds in the handler; where it finds nothing, the cell is held."""
    test = TEST.format(handler=handler, concurrent=concurrent, message=MESSAGE)
    run = Specimen({"consumers.py": CONSUMERS, "test_handle.py": test}).run("-q")
    operation = f"consumers:Consumer.{handler}"
    assert run.findings or f"idempotent {operation}" in run.cells("held"), run.text
    return [finding.removesuffix(f" {operation}") for finding in run.findings]


@pytest.fixture
def consumer(tmp_path: Path) -> Iterator[Any]:
    """The consumer on a database of its own, outside of the plugin."""
    module = ModuleType("consumers")
    exec(compile(CONSUMERS, "consumers.py", "exec", dont_inherit=True), vars(module))
    consumer = module.Consumer(tmp_path / "charges.db")
    yield consumer
    consumer.engine.dispose()


@pytest.fixture
def name() -> str:
    """Of a queue or stream that no other run has."""
    return f"prodready-{uuid.uuid4().hex}"


def _reach(server: str) -> None:
    """Skip where a server does not run; in CI that is a failure."""
    with socket.socket() as probe:
        probe.settimeout(1)
        absent = probe.connect_ex((HOST, PORTS[server])) != 0
    if absent:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {server} on {HOST}:{PORTS[server]}")


class Line:
    """A line to RabbitMQ that can be cut: the broker and the consumer are simply gone to each other."""

    def __init__(self) -> None:
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self._ends = [self._listener]
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """Both ends see the other one gone."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._thread.join(LIMIT)
        assert not self._thread.is_alive()

    def _carry(self) -> None:
        near, _ = self._listener.accept()
        far = socket.create_connection((HOST, PORTS["rabbitmq"]))
        self._ends += [near, far]
        with self._listener, near, far, selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in ready.select():
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not data:
                        return
                    key.data.sendall(data)


@pytest.fixture
def line() -> Iterator[Line]:
    """A line that is not there any more when the test is over."""
    _reach("rabbitmq")
    line = Line()
    yield line
    line.cut()


@pytest.fixture
def queue(name: str) -> Iterator[str]:
    """A queue with one message in it; it would go by itself if this process died."""
    _reach("rabbitmq")
    pika = pytest.importorskip("pika")
    with pika.BlockingConnection(pika.ConnectionParameters(HOST)) as connection:
        channel = connection.channel()
        channel.queue_declare(name, arguments={"x-expires": 60_000})
        channel.basic_publish("", name, json.dumps(MESSAGE).encode())
        yield name
        channel.queue_delete(name)


def _take(connection: Any, queue: str) -> tuple[Any, Any, Any]:
    """The next message, waited for, and the channel on which it is to be acknowledged."""
    channel = connection.channel()
    channel.basic_qos(prefetch_count=1)
    for method, _, body in channel.consume(queue, inactivity_timeout=LIMIT):
        assert method is not None, "the broker delivered nothing"
        return channel, method, json.loads(body)
    raise AssertionError("the consumer was cancelled")


def _finish(queue: str, handle: Callable[[Any], None]) -> None:
    """Another consumer takes what the broker delivers again, and acknowledges it."""
    import pika

    with pika.BlockingConnection(pika.ConnectionParameters(HOST)) as connection:
        channel, method, message = _take(connection, queue)
        assert method.redelivered
        handle(message)
        channel.basic_ack(method.delivery_tag)


def _acknowledge(connection: Any, channel: Any, method: Any) -> None:
    channel.basic_ack(method.delivery_tag)
    connection.process_data_events(LIMIT)


@TWICE_OR_ONCE
def test_rabbitmq_delivers_again_what_was_refused(
    queue: str, consumer: Any, handler: str, effects: int
) -> None:
    """Work that was committed and then refused with requeue comes again, flagged as redelivered."""
    import pika

    handle = getattr(consumer, handler)
    with pika.BlockingConnection(pika.ConnectionParameters(HOST)) as connection:
        channel, method, message = _take(connection, queue)
        assert not method.redelivered
        handle(message)
        channel.basic_nack(method.delivery_tag, requeue=True)
    _finish(queue, handle)
    assert consumer.effects() == effects
    assert verdict(handler) == (["idempotent/duplicate-effect"] if effects > 1 else [])


@TWICE_OR_ONCE
def test_rabbitmq_delivers_again_when_the_line_is_cut(
    queue: str, line: Line, consumer: Any, handler: str, effects: int
) -> None:
    """Work that was committed, and whose acknowledgement never arrived, comes again."""
    import pika

    handle = getattr(consumer, handler)
    connection = pika.BlockingConnection(pika.ConnectionParameters(HOST, line.port))
    channel, method, message = _take(connection, queue)
    assert not method.redelivered
    handle(message)
    line.cut()
    # Whether writing or reading shows it is the operating system's choice.
    with pytest.raises(pika.exceptions.AMQPError):
        _acknowledge(connection, channel, method)
    _finish(queue, handle)
    assert consumer.effects() == effects
    assert verdict(handler) == (["idempotent/duplicate-effect"] if effects > 1 else [])


@pytest.fixture
def stream(name: str) -> Iterator[str]:
    """A stream with one message in it and a group that reads it."""
    _reach("redis")
    redis = pytest.importorskip("redis")
    with redis.Redis(HOST, decode_responses=True) as client:
        client.xadd(name, {"message": json.dumps(MESSAGE)})
        client.xgroup_create(name, "workers", id="0")
        yield name
        client.delete(name)


def _client() -> Any:
    import redis

    return redis.Redis(HOST, decode_responses=True, socket_timeout=LIMIT)


def _read(client: Any, stream: str) -> tuple[str, Any]:
    """The first consumer's message; it is pending until it is acknowledged."""
    [[_, [[number, fields]]]] = client.xreadgroup("workers", "first", {stream: ">"}, count=1, block=5000)
    return number, json.loads(fields["message"])


def _claim(client: Any, stream: str) -> tuple[str, Any]:
    """The same message for the second consumer, since the first has held it for too long."""
    _, [[number, fields]], *_ = client.xautoclaim(stream, "workers", "second", min_idle_time=0)
    [pending] = client.xpending_range(stream, "workers", "-", "+", 1)
    assert (pending["consumer"], pending["times_delivered"]) == ("second", 2)
    return number, json.loads(fields["message"])


@TWICE_OR_ONCE
def test_redis_hands_a_dead_consumer_s_message_to_another(
    stream: str, consumer: Any, handler: str, effects: int
) -> None:
    """Work that was committed before the consumer died unacknowledged is claimed and done by another."""
    handle = getattr(consumer, handler)
    with _client() as first:
        number, message = _read(first, stream)
        handle(message)
    with _client() as second:
        again, message = _claim(second, stream)
        assert again == number
        handle(message)
        assert second.xack(stream, "workers", again) == 1
    assert consumer.effects() == effects
    assert verdict(handler) == (["idempotent/duplicate-effect"] if effects > 1 else [])


@pytest.mark.parametrize(("handler", "effects"), [("looks", 2), ("claims", 1)])
def test_redis_lets_two_consumers_hold_one_message(
    stream: str, consumer: Any, handler: str, effects: int
) -> None:
    """A message whose visibility ends while it is worked on is worked on twice at once.

    Both copies come to their first insert before either is carried out: a look-up has told neither of the
    other by then, and the database lets one of two claims through.
    """
    handle = getattr(consumer, handler)
    with _client() as first, _client() as second:
        held = [_read(first, stream), _claim(second, stream)]
        assert held[0] == held[1]
        _at_once(consumer, handle, [message for _, message in held])
        # The first to acknowledge it is heard; the other's is for nothing, and is no harm.
        assert [client.xack(stream, "workers", held[0][0]) for client in (first, second)] == [1, 0]
    assert consumer.effects() == effects
    found = verdict(handler, concurrent=True)
    assert found == (["idempotent/concurrent-duplicate"] if effects > 1 else [])
    assert verdict(handler) == []


def _at_once(consumer: Any, handle: Callable[[Any], None], messages: list[Any]) -> None:
    """Handle both, each in a thread that waits before its first insert for the other to come to its own."""
    from sqlalchemy import event

    meeting = threading.Barrier(len(messages), timeout=LIMIT)
    come = threading.local()
    failures: list[BaseException] = []

    def meet(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("INSERT") and not hasattr(come, "once"):
            come.once = True
            meeting.wait()

    def work(message: Any) -> None:
        try:
            handle(message)
        except BaseException as error:
            failures.append(error)

    event.listen(consumer.engine, "before_cursor_execute", meet)
    threads = [threading.Thread(target=work, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * LIMIT)
    assert failures == []
