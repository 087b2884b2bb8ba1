import hashlib
import hmac
import sqlite3
import time
from contextlib import closing

from flask import Flask, request

SCHEMA = """
create table members (id integer primary key, days_left integer not null);
create table seen_signatures (mac text primary key, sent_at integer not null);
"""
TOLERANCE = 600


def mac_of(body, secret, sent_at, nonce):
    return hmac.new(secret, b".".join([str(sent_at).encode(), nonce.encode(), body]), hashlib.sha256).hexdigest()


def verified(secret):
    """The MAC of the request and its moment, or None where it is not to be trusted."""
    fields = dict(part.partition("=")[::2] for part in request.headers.get("X-Till-Signature", "").split(";"))
    try:
        sent_at, nonce, mac = int(fields["t"]), fields["n"], fields["mac"]
    except (KeyError, ValueError):
        return None
    if abs(time.time() - sent_at) > TOLERANCE:
        return None
    return (mac, sent_at) if hmac.compare_digest(mac, mac_of(request.get_data(), secret, sent_at, nonce)) else None


def create_app(path, secret):
    app = Flask(__name__)

    @app.post("/webhooks/tills")
    def tills():
        signature = verified(secret)
        if signature is None:
            return {"error": "bad signature"}, 400
        sent = request.get_json()
        event = sent["event"]
        with closing(sqlite3.connect(path)) as db, db:
            if db.execute("select 1 from seen_signatures where mac = ?", signature[:1]).fetchone():
                return {"error": "this signature was used before"}, 400
            db.execute("insert into seen_signatures (mac, sent_at) values (?, ?)", signature)
            if event["type"] == "membership.extended":
                db.execute(
                    "update members set days_left = days_left + ? where id = ?", (sent["days"], sent["member"])
                )
        return {"status": "ok"}

    @app.get("/members/<int:number>")
    def member(number):
        with closing(sqlite3.connect(path)) as db:
            row = db.execute("select days_left from members where id = ?", (number,)).fetchone()
        return {"days_left": row[0]} if row else ({"error": "no such member"}, 404)

    return app
