import sqlite3

import requests
from flask import Flask, current_app, request

db = sqlite3.connect(":memory:", check_same_thread=False)
db.execute("create table passages (id text primary key, plate text)")
app = Flask(__name__)


@app.post("/passages")
def passage():
    body = request.json
    if not body.get("plate"):
        return {"detail": "no plate"}, 422
    requests.post(current_app.config["PROVIDER"] + "/charges", json={"plate": body["plate"]}, timeout=5).raise_for_status()
    with db:
        db.execute("insert or ignore into passages values (?, ?)", (body["id"], body["plate"]))
    return {"id": body["id"]}, 201
