import httpx
import pytest

from models import Article, Base, Session, engine

ORDER = {"sku": "lamp", "quantity": 2}


@pytest.fixture
def client(url):
    Base.metadata.create_all(engine)
    with Session.begin() as db:
        db.add(Article(sku="lamp", stock=20))
    with httpx.Client(base_url=url) as client:
        yield client
    Base.metadata.drop_all(engine)


@pytest.fixture
def stock():
    def stock():
        with Session() as db:
            return db.get(Article, "lamp").stock

    return stock


def place(client, key="k-1", **changes):
    return client.post("/orders", json={**ORDER, **changes}, headers={"Idempotency-Key": key})


@pytest.mark.idempotent
def test_place_an_order(client, stock):
    answer = place(client)
    assert answer.status_code == 201
    assert answer.json()["state"] == "placed"
    assert stock() == 18


@pytest.mark.idempotent
def test_cancel_an_order(client, stock):
    number = place(client).json()["id"]
    answer = client.post(f"/orders/{number}/cancel")
    assert answer.status_code == 200
    assert answer.json()["state"] == "cancelled"
    assert stock() == 20


def test_read_an_order(client):
    number = place(client).json()["id"]
    answer = client.get(f"/orders/{number}")
    assert answer.status_code == 200
    assert answer.json() == {"id": number, "sku": "lamp", "quantity": 2, "state": "placed"}


def test_stock_is_short(client, stock):
    assert place(client, quantity=21).status_code == 409
    assert stock() == 20


def test_one_is_the_least(client):
    assert place(client, quantity=0).status_code == 422


def test_a_key_is_demanded(client):
    assert client.post("/orders", json=ORDER).status_code == 400


def test_unknown_orders(client):
    assert client.get("/orders/999").status_code == 404
    assert client.post("/orders/999/cancel").status_code == 404
