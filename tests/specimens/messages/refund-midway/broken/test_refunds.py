import sqlite3

import pytest

import refunds
from refunds import Overrefund, RefundApproved, on_refund


@pytest.fixture(autouse=True)
def database(tmp_path, monkeypatch):
    path = str(tmp_path / "refunds.db")
    monkeypatch.setattr(refunds, "database", path)
    con = sqlite3.connect(path)
    con.executescript(refunds.SCHEMA)
    con.execute("insert into orders (number, paid) values (60017, 4990)")
    con.commit()
    yield con
    con.close()


@pytest.mark.idempotent
def test_refund(prodready, database):
    assert prodready.deliver(on_refund, RefundApproved("R-5", 60017, 1990)) is True
    assert database.execute("select refunded from orders").fetchall() == [(1990,)]


def test_refund_of_more_than_was_paid(prodready, database):
    with pytest.raises(Overrefund, match="cannot give back 9900"):
        prodready.deliver(on_refund, RefundApproved("R-6", 60017, 9900))
    assert database.execute("select refunded from orders").fetchall() == [(0,)]
