"""Handlers, services and tasks: delivered by the fixture, named by the marker, or run as Celery tasks."""

from __future__ import annotations

from pytest_prodready.testing import Specimen

SHOP = """
import dataclasses
import functools
import sqlite3

import pytest
import shop


@pytest.fixture
def db():
    with sqlite3.connect(":memory:") as db:
        db.execute("create table charges (id integer primary key, event text{unique}, amount integer)")
    yield db
    db.close()


"""
MODULE = """
import asyncio
import dataclasses

SEEN = []


@dataclasses.dataclass
class Paid:
    event: str
    amount: int
    lines: list


class Consumer:
    def __init__(self, db):
        self.db = db

    def handle(self, message):
        SEEN.append(repr(message))
        event = message.event if isinstance(message, Paid) else message["event"]
        with self.db:
            self.db.execute("insert or ignore into charges (event, amount) values (?, 1)", (event,))
        (message.lines if isinstance(message, Paid) else message.setdefault("lines", [])).append("handled")
        return "ok"

    async def handle_later(self, message):
        await asyncio.sleep(0)
        return self.handle(message)


def charge(db, amount):
    with db:
        db.execute("insert or ignore into charges (event, amount) values ('one', ?)", (amount,))
"""

MESSAGES = """
@pytest.mark.idempotent
def test_dict(db, prodready):
    assert prodready.deliver(shop.Consumer(db).handle, {"event": "one"}) == "ok"

@pytest.mark.idempotent
def test_dataclass(db, prodready):
    message = shop.Paid("one", 1, [])
    prodready.deliver(shop.Consumer(db).handle, message)
    assert message.lines == ["handled"]

@pytest.mark.idempotent
@pytest.mark.asyncio
async def test_later(db, prodready):
    assert await prodready.deliver(shop.Consumer(db).handle_later, {"event": "one"}) == "ok"

def test_times(db, prodready):
    shop.SEEN.clear()
    assert prodready.deliver(shop.Consumer(db).handle, {"event": "one"}, times=3) == "ok"
    assert len(set(shop.SEEN)) == 1 and len(shop.SEEN) == 3
    with pytest.raises(ValueError, match="times=0"):
        prodready.deliver(shop.Consumer(db).handle, {}, times=0)
"""


def test_each_delivery_of_a_message_gets_an_equal_one() -> None:
    """What a handler does to its message reaches neither the duplicate nor, in the duplicate, the test."""
    sound = Specimen({"shop.py": MODULE, "test_it.py": SHOP.replace("{unique}", " unique") + MESSAGES})
    shown = sound.run()
    held = ["idempotent shop:Consumer.handle", "idempotent shop:Consumer.handle_later"]
    shown.expect(outcomes={"passed": 7}, findings=[], held=held)
    broken = Specimen({"shop.py": MODULE, "test_it.py": SHOP.replace("{unique}", "") + MESSAGES}).run()
    broken.expect(
        outcomes={"passed": 4, "failed": 3},
        findings=["idempotent/duplicate-effect shop:Consumer.handle"] * 1
        + ["idempotent/duplicate-effect shop:Consumer.handle_later"],
        text="was delivered again, returned like the first, and took effect again",
    )


CALLED = """
from shop import charge


@pytest.mark.idempotent(call="shop:charge")
def test_imported_by_name(db):
    charge(db, amount=5)

@pytest.mark.idempotent(call="shop:charge")
def test_by_its_module(db):
    shop.charge(db, 5)

@pytest.mark.idempotent(call="shop:charg")
def test_misspelled(db):
    charge(db, 5)

@pytest.mark.idempotent(call="shop:charge")
def test_never_called(db):
    assert db
"""


def test_a_function_that_the_marker_names_is_heard_wherever_the_test_has_it_from() -> None:
    """Under the test's own name and under its module's; a misspelled one is told by the variant alone."""
    files = {"shop.py": MODULE, "test_it.py": SHOP.replace("{unique}", " unique") + CALLED}
    shown = Specimen(files).run("-rs")
    shown.expect(
        outcomes={"passed": 6, "skipped": 1, "error": 1},
        findings=[],
        held=["idempotent shop:charge"],
        text="call='shop:charg': module 'shop' has no attribute 'charg'",
    )


def test_the_fixture_only_calls_where_nothing_listens() -> None:
    """A suite that uses the fixture runs without any marker or option, and with the plugin switched off."""
    test = MESSAGES.replace("@pytest.mark.idempotent\n", "").replace("@pytest.mark.asyncio\n", "")
    test = test.replace("async def test_later", "async def later")
    files = {"shop.py": MODULE, "test_it.py": SHOP.replace("{unique}", " unique") + test}
    Specimen(files).run(report=False).expect(outcomes={"passed": 3})
    Specimen(files).run("--prodready=off", report=False).expect(outcomes={"passed": 3})


FAILING = """
def refuse(message):
    with message.pop("db") as db:
        db.execute("insert into charges (event, amount) values ('x', 1)")
    raise LookupError("no such order")


def test_refused(db, prodready):
    with pytest.raises(LookupError):
        prodready.deliver(refuse, {"db": db})
    assert db.execute("select count(*) from charges").fetchone()
"""


def test_a_handler_that_raises_must_leave_nothing_behind() -> None:
    """Raising refuses the message; what stays is an effect after a failure."""
    files = {"shop.py": MODULE, "test_it.py": SHOP.replace("{unique}", "") + FAILING}
    Specimen(files).run("--prodready-report").expect(
        outcomes={"passed": 1},
        findings=["atomic/effects-after-failure test_it:refuse"],
        text="raised LookupError, and what it had written stayed",
    )


CELERY = """
import sqlite3

import pytest
from celery import Celery

app = Celery("shop", broker="memory://")
app.conf.task_always_eager = True
db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("create table charges (id integer primary key, order_id integer{unique})")
db.execute("create table refunds (id integer primary key, order_id integer)")
IDS = []


@app.task(name="shop.charge", bind=True)
def charge(self, order):
    IDS.append(self.request.id)
    with db:
        db.execute("insert or ignore into charges (order_id) values (?)", (order["id"],))
    order["seen"] = True
    return order["id"]


@app.task(name="shop.fail")
def fail(order):
    with db:
        db.execute("insert into refunds (order_id) values (99)")
    raise RuntimeError("broken")


@pytest.fixture(autouse=True)
def empty():
    IDS.clear()
    with db:
        db.execute("delete from charges")


@pytest.mark.idempotent
@pytest.mark.parametrize("run", [
    lambda order: charge.delay(order).get(),
    lambda order: charge.apply_async(args=[order], countdown=1).get(),
    lambda order: charge.apply(args=[order]).get(),
    lambda order: charge(order),
], ids=["delay", "apply_async", "apply", "call"])
def test_charge(run):
    assert run({"id": 7}) == 7
    assert len(set(IDS)) == 1


def test_fail():
    assert fail.delay({}).failed()
    assert db.execute("select count(*) from charges").fetchone()
"""


def test_tasks_that_the_test_runs_are_deliveries() -> None:
    """Eagerly, by ``apply`` and called; the duplicate has the task's id; a failed task is a refused delivery."""
    sound = Specimen({"test_it.py": CELERY.replace("{unique}", " unique")}).run()
    sound.expect(
        outcomes={"passed": 9},
        findings=["atomic/effects-after-failure shop.fail"],
        held=["idempotent shop.charge"],
    )
    broken = Specimen({"test_it.py": CELERY.replace("{unique}", "")}).run()
    broken.expect(
        outcomes={"passed": 5, "failed": 4},
        findings=["atomic/effects-after-failure shop.fail", "idempotent/duplicate-effect shop.charge"],
    )
