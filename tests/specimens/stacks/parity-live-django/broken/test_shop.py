import pytest
import requests

from shop.models import Article

ORDER = {"sku": "lamp", "quantity": 2}


@pytest.fixture(autouse=True)
def lamps(live_server):
    Article.objects.create(sku="lamp", stock=20)


@pytest.fixture
def stock():
    return lambda: Article.objects.get(sku="lamp").stock


def place(live_server, key="k-1", **changes):
    return requests.post(f"{live_server}/orders", json={**ORDER, **changes}, headers={"Idempotency-Key": key}, timeout=5)


@pytest.mark.idempotent
def test_place_an_order(live_server, stock):
    answer = place(live_server)
    assert answer.status_code == 201
    assert answer.json()["state"] == "placed"
    assert stock() == 18


@pytest.mark.idempotent
def test_cancel_an_order(live_server, stock):
    number = place(live_server).json()["id"]
    answer = requests.post(f"{live_server}/orders/{number}/cancel", timeout=5)
    assert answer.status_code == 200
    assert answer.json()["state"] == "cancelled"
    assert stock() == 20


def test_read_an_order(live_server):
    number = place(live_server).json()["id"]
    answer = requests.get(f"{live_server}/orders/{number}", timeout=5)
    assert answer.status_code == 200
    assert answer.json() == {"id": number, "sku": "lamp", "quantity": 2, "state": "placed"}


def test_stock_is_short(live_server, stock):
    assert place(live_server, quantity=21).status_code == 409
    assert stock() == 20


def test_one_is_the_least(live_server):
    assert place(live_server, quantity=0).status_code == 422


def test_a_key_is_demanded(live_server):
    assert requests.post(f"{live_server}/orders", json=ORDER, timeout=5).status_code == 400


def test_unknown_orders(live_server):
    assert requests.get(f"{live_server}/orders/999", timeout=5).status_code == 404
    assert requests.post(f"{live_server}/orders/999/cancel", timeout=5).status_code == 404
