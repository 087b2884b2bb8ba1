import sqlite3

from flask import Flask, request

SCHEMA = """
create table subscriptions (number text primary key, months_left integer not null);
create table events (id text primary key, kind text not null);
"""


def create_app(path):
    app = Flask(__name__)

    @app.post("/hooks/ledgerly")
    def receive():
        sent = request.get_json(silent=True) or {}
        event = sent.get("event")
        if not event:
            return {"error": "no event"}, 400
        db = sqlite3.connect(path)
        try:
            new = db.execute(
                "insert into events (id, kind) values (?, ?) on conflict do nothing", (event["id"], event["type"])
            ).rowcount
            if new and event["type"] == "subscription.renewed":
                db.execute(
                    "update subscriptions set months_left = months_left + ? where number = ?",
                    (sent["data"]["months"], sent["data"]["subscription"]),
                )
            db.commit()
        finally:
            db.close()
        return {"status": "processed" if new else "duplicate"}

    return app
