import threading

import pytest
import requests
from werkzeug.serving import make_server

from models import Article, Base, Session, engine
from shop import app

ORDER = {"sku": "lamp", "quantity": 2}


@pytest.fixture(scope="module")
def url():
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def tables():
    Base.metadata.create_all(engine)
    with Session.begin() as db:
        db.add(Article(sku="lamp", stock=20))
    yield
    Base.metadata.drop_all(engine)


@pytest.fixture
def stock():
    def stock():
        with Session() as db:
            return db.get(Article, "lamp").stock

    return stock


def place(url, key="k-1", **changes):
    return requests.post(f"{url}/orders", json={**ORDER, **changes}, headers={"Idempotency-Key": key}, timeout=5)


@pytest.mark.idempotent
def test_place_an_order(url, stock):
    answer = place(url)
    assert answer.status_code == 201
    assert answer.json()["state"] == "placed"
    assert stock() == 18


@pytest.mark.idempotent
def test_cancel_an_order(url, stock):
    number = place(url).json()["id"]
    answer = requests.post(f"{url}/orders/{number}/cancel", timeout=5)
    assert answer.status_code == 200
    assert answer.json()["state"] == "cancelled"
    assert stock() == 20


def test_read_an_order(url):
    number = place(url).json()["id"]
    answer = requests.get(f"{url}/orders/{number}", timeout=5)
    assert answer.status_code == 200
    assert answer.json() == {"id": number, "sku": "lamp", "quantity": 2, "state": "placed"}


def test_stock_is_short(url, stock):
    assert place(url, quantity=21).status_code == 409
    assert stock() == 20


def test_one_is_the_least(url):
    assert place(url, quantity=0).status_code == 422


def test_a_key_is_demanded(url):
    assert requests.post(f"{url}/orders", json=ORDER, timeout=5).status_code == 400


def test_unknown_orders(url):
    assert requests.get(f"{url}/orders/999", timeout=5).status_code == 404
    assert requests.post(f"{url}/orders/999/cancel", timeout=5).status_code == 404
