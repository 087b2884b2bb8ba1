import sqlite3
from contextlib import closing
from dataclasses import dataclass

SCHEMA = """
create table orders (number integer primary key, paid integer not null, refunded integer not null default 0);
create table refunds (id integer primary key, reference text unique, order_number integer, cents integer not null);
"""
database = "refunds.db"


@dataclass(frozen=True)
class RefundApproved:
    reference: str
    order_number: int
    cents: int


class Overrefund(ValueError):
    pass


def connect():
    return sqlite3.connect(database)


def on_refund(event: RefundApproved) -> bool:
    with closing(connect()) as con:
        if con.execute("select 1 from refunds where reference = ?", (event.reference,)).fetchone():
            return False
        with con:
            con.execute(
                "insert into refunds (reference, order_number, cents) values (?, ?, ?)",
                (event.reference, event.order_number, event.cents),
            )
        with con:
            enough = con.execute(
                "update orders set refunded = refunded + ? where number = ? and refunded + ? <= paid",
                (event.cents, event.order_number, event.cents),
            ).rowcount
            if not enough:
                raise Overrefund(f"order {event.order_number} cannot give back {event.cents}")
        return True
