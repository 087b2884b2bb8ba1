"""Tables."""

import sqlite3

TABLES = """
create table if not exists articles (sku text primary key, stock integer not null check (stock >= 0));
create table if not exists shipments (
    order_number text primary key,
    sku text not null references articles,
    quantity integer not null,
    address text not null
);
create table if not exists receipts (delivery_note text primary key);
"""


def connect(path):
    db = sqlite3.connect(path)
    db.execute("pragma foreign_keys = on")
    db.executescript(TABLES)
    return db
