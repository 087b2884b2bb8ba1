import json
import sqlite3
import time
import uuid
from contextlib import closing

import pytest

import members

SECRET = b"till-secret-for-tests"
EXTENDED = {"event": {"id": "till-7-000912", "type": "membership.extended"}, "member": 7, "days": 30}


@pytest.fixture
def client(tmp_path):
    path = tmp_path / "members.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(members.SCHEMA)
        db.execute("insert into members (id, days_left) values (7, 3)")
        db.commit()
    return members.create_app(path, SECRET).test_client()


def sign(body, headers):
    sent_at, nonce = int(time.time()), uuid.uuid4().hex
    return {"X-Till-Signature": f"t={sent_at};n={nonce};mac={members.mac_of(body, SECRET, sent_at, nonce)}"}


@pytest.fixture
def prodready_sign():
    return sign


@pytest.mark.idempotent(key="event.id")
def test_membership_is_extended(client):
    body = json.dumps(EXTENDED).encode()
    answer = client.post("/webhooks/tills", data=body, content_type="application/json", headers=sign(body, {}))
    assert answer.status_code == 200
    assert client.get("/members/7").json == {"days_left": 33}


def test_signature_of_another_body(client):
    headers = sign(b"{}", {})
    answer = client.post("/webhooks/tills", json=EXTENDED, headers=headers)
    assert answer.status_code == 400
    assert client.get("/members/7").json == {"days_left": 3}


def test_old_signature(client):
    body = json.dumps(EXTENDED).encode()
    sent_at = int(time.time()) - 3600
    headers = {"X-Till-Signature": f"t={sent_at};n=n-1;mac={members.mac_of(body, SECRET, sent_at, 'n-1')}"}
    answer = client.post("/webhooks/tills", data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
