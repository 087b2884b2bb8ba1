import os

import pytest
import redis
from fastapi.testclient import TestClient

from credits import create_app

PREFIX = f"credits-{os.getpid()}:"


@pytest.fixture
def server():
    server = redis.Redis(host="127.0.0.1", port=6379, db=11, decode_responses=True, socket_connect_timeout=3)
    try:
        server.ping()
    except redis.ConnectionError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Redis on 127.0.0.1: {error}")
    forget(server)
    yield server
    forget(server)
    server.close()


def forget(server):
    for key in server.scan_iter(f"{PREFIX}*"):
        server.delete(key)


@pytest.fixture
def client(server):
    return TestClient(create_app(server, PREFIX))


@pytest.mark.idempotent
def test_purchase(client, server):
    server.set(f"{PREFIX}wallet:liv", 30)
    answer = client.post("/wallets/liv/purchases", json={"order": "o-2291", "credits": 50})
    assert answer.status_code == 200
    assert answer.json() == {"credits": 80}
    assert server.smembers(f"{PREFIX}users") == {"liv"}


def test_two_purchases(client):
    client.post("/wallets/liv/purchases", json={"order": "o-2292", "credits": 5})
    client.post("/wallets/liv/purchases", json={"order": "o-2293", "credits": 10})
    assert client.get("/wallets/liv").json() == {"credits": 15}


def test_nothing_bought(client):
    assert client.post("/wallets/liv/purchases", json={"order": "o-1", "credits": 0}).status_code == 422
