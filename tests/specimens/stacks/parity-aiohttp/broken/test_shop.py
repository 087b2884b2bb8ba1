import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from models import Article, Base, Session, engine
from shop import application

ORDER = {"sku": "lamp", "quantity": 2}
pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def client():
    Base.metadata.create_all(engine)
    with Session.begin() as db:
        db.add(Article(sku="lamp", stock=20))
    async with TestClient(TestServer(application())) as client:
        yield client
    Base.metadata.drop_all(engine)


@pytest.fixture
def stock():
    def stock():
        with Session() as db:
            return db.get(Article, "lamp").stock

    return stock


async def place(client, key="k-1", **changes):
    return await client.post("/orders", json={**ORDER, **changes}, headers={"Idempotency-Key": key})


@pytest.mark.idempotent
async def test_place_an_order(client, stock):
    answer = await place(client)
    assert answer.status == 201
    assert (await answer.json())["state"] == "placed"
    assert stock() == 18


@pytest.mark.idempotent
async def test_cancel_an_order(client, stock):
    number = (await (await place(client)).json())["id"]
    async with client.post(f"/orders/{number}/cancel") as answer:
        assert answer.status == 200
        assert (await answer.json())["state"] == "cancelled"
    assert stock() == 20


async def test_read_an_order(client):
    number = (await (await place(client)).json())["id"]
    answer = await client.get(f"/orders/{number}")
    assert answer.status == 200
    assert await answer.json() == {"id": number, "sku": "lamp", "quantity": 2, "state": "placed"}


async def test_stock_is_short(client, stock):
    assert (await place(client, quantity=21)).status == 409
    assert stock() == 20


async def test_one_is_the_least(client):
    assert (await place(client, quantity=0)).status == 422


async def test_a_key_is_demanded(client):
    assert (await client.post("/orders", json=ORDER)).status == 400


async def test_unknown_orders(client):
    assert (await client.get("/orders/999")).status == 404
    assert (await client.post("/orders/999/cancel")).status == 404
