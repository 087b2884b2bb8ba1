import sqlite3

import pytest

import orders
from orders import SoldOut, UnknownOrder, cancel_order, place_order


@pytest.fixture(autouse=True)
def stock(tmp_path, monkeypatch):
    monkeypatch.setattr(orders, "database", str(tmp_path / "orders.db"))
    db = sqlite3.connect(orders.database)
    db.executescript(orders.SCHEMA)
    db.execute("insert into stock values ('mug', 10)")
    db.commit()

    def stock():
        return db.execute("select pieces from stock").fetchone()[0]

    yield stock
    db.close()


@pytest.fixture
def placed():
    return place_order({"idempotency_key": "k-100", "sku": "mug", "pieces": 4})["id"]


@pytest.mark.idempotent(key="message.idempotency_key")
def test_place(prodready, stock):
    order = prodready.deliver(place_order, {"idempotency_key": "k-1", "sku": "mug", "pieces": 3})
    assert order == {"id": 1, "state": "placed"}
    assert stock() == 7


@pytest.mark.idempotent
def test_cancel(prodready, placed, stock):
    assert prodready.deliver(cancel_order, {"order": placed}) == {"id": placed, "state": "cancelled"}
    assert stock() == 10


def test_sold_out(prodready, stock):
    with pytest.raises(SoldOut):
        prodready.deliver(place_order, {"idempotency_key": "k-2", "sku": "mug", "pieces": 11})
    assert stock() == 10


def test_cancel_nothing(prodready):
    with pytest.raises(UnknownOrder):
        prodready.deliver(cancel_order, {"order": 404})


def test_both_arrive_twice(prodready):
    prodready.deliver(place_order, {"idempotency_key": "k-3", "sku": "mug", "pieces": 2}, times=2)
    assert prodready.deliver(cancel_order, {"order": 1}, times=2)["state"] == "cancelled"
