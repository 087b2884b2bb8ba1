import sqlite3
import threading

import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from tolls import app, db

fake = Flask("provider")
ledger = sqlite3.connect(":memory:", check_same_thread=False)
ledger.execute("create table charges (plate text)")


@fake.post("/charges")
def charge():
    with ledger:
        ledger.execute("insert into charges values (?)", (request.json["plate"],))
    return {}


@pytest.fixture(autouse=True)
def provider():
    with db:
        db.execute("delete from passages")
    server = make_server("127.0.0.1", 0, fake, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    app.config["PROVIDER"] = f"http://localhost:{server.server_port}"
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.idempotent
def test_passage():
    answer = app.test_client().post("/passages", json={"id": "p1", "plate": "W 1"})
    assert answer.status_code == 201


def test_no_plate():
    assert app.test_client().post("/passages", json={"id": "p1"}).status_code == 422
