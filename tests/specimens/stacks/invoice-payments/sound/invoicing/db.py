import sqlite3

from flask import current_app, g

SCHEMA = """
create table if not exists invoices (
  number integer primary key,
  customer text not null,
  due integer not null check (due >= 0)
);
create table if not exists payments (
  id integer primary key,
  invoice integer not null references invoices (number),
  reference text not null,
  amount integer not null,
  unique (invoice, reference)
);
"""


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"])
        g.db.row_factory = sqlite3.Row
    return g.db


def close(error=None):
    db = g.pop("db", None)
    if db is not None:
        db.close()
