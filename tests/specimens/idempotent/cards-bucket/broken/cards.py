import sqlite3
import time

from flask import Flask, abort, request

SCHEMA = """
create table buckets (id integer primary key, name text unique, tokens real not null, updated real not null);
create table cards (id integer primary key, owner text unique, credit real not null, updated real not null);
create table keys (owner text primary key, secret text);
insert into cards (owner, credit, updated) values ('kim', 10.5, 0);
"""


def make(path):
    app = Flask("cards")
    with sqlite3.connect(path) as db:
        db.executescript(SCHEMA)
    db.close()

    def take(db, name):
        now = time.time()
        row = db.execute("select tokens, updated from buckets where name = ?", (name,)).fetchone()
        tokens = 1.0 if row is None else min(1.0, row[0] + (now - row[1]) / 86400)
        if tokens < 0.05:
            abort(429)
        db.execute(
            "insert into buckets (name, tokens, updated) values (?, ?, ?)"
            " on conflict (name) do update set tokens = excluded.tokens, updated = excluded.updated",
            (name, tokens - 0.05, now),
        )

    @app.post("/keys")
    def order():
        with sqlite3.connect(path) as db:
            take(db, "keys")
            new = db.execute("insert or ignore into keys values (?, 'x')", (request.json["owner"],)).rowcount
            if True:
                db.execute(
                    "update cards set credit = credit - 1.25, updated = ? where owner = ?",
                    (time.time(), request.json["owner"]),
                )
        return {}

    return app
