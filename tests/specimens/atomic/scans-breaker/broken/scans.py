import sqlite3
import time

from flask import Flask, abort


def fetch(number):
    raise NotImplementedError("the archive's client")


def make(path):
    app = Flask("scans")
    with sqlite3.connect(path) as db:
        db.execute("create table breaker (name text, at real)")
        db.execute("create table scans (id integer primary key, state text)")
        db.execute("insert into scans (state) values ('stored')")
    db.close()

    def connect():
        return sqlite3.connect(path)

    @app.get("/scans/<int:number>")
    def show(number):
        with connect() as db:
            if db.execute("select count(*) from breaker where at > ?", (time.time() - 60,)).fetchone()[0] > 3:
                abort(503)
        with connect() as db:
            db.execute("update scans set state = 'shown' where id = ?", (number,))
        try:
            return {"scan": fetch(number)}
        except OSError:
            with connect() as db:
                db.execute("insert into breaker values ('archive', ?)", (time.time(),))
            abort(503)

    @app.delete("/scans/<int:number>")
    def remove(number):
        with connect() as db:
            if not db.execute("delete from scans where id = ?", (number,)).rowcount:
                abort(404)
        return {}

    return app
