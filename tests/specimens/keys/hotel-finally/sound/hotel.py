import hashlib
import sqlite3
from contextlib import closing
from functools import wraps

import requests
from flask import Flask, request

CHANNEL = "https://channel.test"
SCHEMA = """
create table stays (id integer primary key, guest text not null, nights integer not null, reference text not null);
create table processed (key text primary key, digest text not null);
"""


def create_app(path):
    app = Flask(__name__)

    def once(view):
        """Carry out a view once for each key."""

        @wraps(view)
        def wrapper():
            key = request.headers.get("Idempotency-Key")
            if not key:
                return {"error": "Idempotency-Key is required"}, 400
            digest = hashlib.sha256(request.get_data()).hexdigest()
            with closing(sqlite3.connect(path)) as db:
                known = db.execute("select digest from processed where key = ?", (key,)).fetchone()
                if known is not None:
                    if known[0] != digest:
                        return {"error": "this key was used for another stay"}, 422
                    return {"status": "processed"}, 200
                try:
                    answer = view(db, key)
                except requests.RequestException:
                    return {"error": "the channel manager does not answer"}, 502
                db.execute("insert into processed (key, digest) values (?, ?)", (key, digest))
                db.commit()
                return answer

        return wrapper

    @app.post("/stays")
    @once
    def book(db, key):
        wish = request.get_json()
        answer = requests.post(
            f"{CHANNEL}/reservations",
            json={"guest": wish["guest"], "nights": wish["nights"]},
            headers={"Idempotency-Key": key},
            timeout=5,
        )
        answer.raise_for_status()
        db.execute(
            "insert into stays (guest, nights, reference) values (?, ?, ?)",
            (wish["guest"], wish["nights"], answer.json()["reference"]),
        )
        return {"reference": answer.json()["reference"]}, 201

    return app
