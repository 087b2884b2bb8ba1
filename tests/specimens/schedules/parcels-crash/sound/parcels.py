import sqlite3

from flask import Flask, request


def application(path):
    with sqlite3.connect(path) as db:
        db.execute("create table keys (key text primary key, grams integer)")
        db.execute("create table parcels (id integer primary key, grams integer)")
    db.close()
    app = Flask(__name__)

    @app.post("/parcels")
    def send():
        key, grams = request.headers["Idempotency-Key"], request.json["grams"]
        db = sqlite3.connect(path)
        try:
            try:
                db.execute("insert into keys values (?, ?)", (key, grams))
            except sqlite3.IntegrityError:
                db.rollback()
                known = db.execute("select grams from keys where key = ?", (key,)).fetchone()
                return {}, 201 if known == (grams,) else 422
            db.execute("insert into parcels (grams) values (?)", (grams,))
            db.commit()
            return {}, 201
        finally:
            db.close()

    return app
