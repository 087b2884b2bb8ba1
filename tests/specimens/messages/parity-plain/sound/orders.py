import sqlite3
from contextlib import closing

SCHEMA = """
create table stock (sku text primary key, pieces integer not null);
create table orders (
  id integer primary key,
  request text not null unique,
  sku text not null references stock (sku),
  pieces integer not null,
  state text not null default 'placed'
);
"""
database = "orders.db"


class SoldOut(Exception):
    pass


class KeyReused(Exception):
    pass


class UnknownOrder(LookupError):
    pass


def connect():
    return closing(sqlite3.connect(database))


def place_order(message):
    with connect() as db, db:
        known = db.execute(
            "select id, sku, pieces from orders where request = ?", (message["idempotency_key"],)
        ).fetchone()
        if known:
            if known[1:] != (message["sku"], message["pieces"]):
                raise KeyReused(message["idempotency_key"])
            return {"id": known[0], "state": "placed"}
        return {"id": create(db, message), "state": "placed"}


def create(db, message):
    left = db.execute("select pieces from stock where sku = ?", (message["sku"],)).fetchone()
    if left is None or left[0] < message["pieces"]:
        raise SoldOut(message["sku"])
    db.execute("update stock set pieces = pieces - ? where sku = ?", (message["pieces"], message["sku"]))
    return db.execute(
        "insert into orders (request, sku, pieces) values (?, ?, ?)",
        (message["idempotency_key"], message["sku"], message["pieces"]),
    ).lastrowid


def cancel_order(message):
    with connect() as db, db:
        order = db.execute("select sku, pieces, state from orders where id = ?", (message["order"],)).fetchone()
        if order is None:
            raise UnknownOrder(message["order"])
        sku, pieces, state = order
        if state != "cancelled":
            db.execute("update orders set state = 'cancelled' where id = ?", (message["order"],))
            db.execute("update stock set pieces = pieces + ? where sku = ?", (pieces, sku))
        return {"id": message["order"], "state": "cancelled"}
