from itertools import count

import httpx
import pytest
import respx
from fastapi.testclient import TestClient

from payments import models, provider
from payments.app import app


@pytest.fixture(autouse=True)
def database():
    models.Base.metadata.create_all(models.engine)
    yield
    models.Base.metadata.drop_all(models.engine)
    models.engine.dispose()


@pytest.fixture
def client():
    return TestClient(app)


@pytest.fixture
def psp():
    numbers = count(1)

    def charged(request):
        return httpx.Response(201, json={"id": f"ch_{next(numbers)}", "state": "pending"})

    with respx.mock(base_url=provider.URL, assert_all_called=False) as router:
        router.post("/charges", name="charge").mock(side_effect=charged)
        router.post("/refunds", name="refund").respond(201, json={"id": "re_1"})
        router.get(path__regex=r"^/charges/ch_\d+$", name="state").respond(json={"state": "settled"})
        yield router


@pytest.fixture
def bakery(client):
    client.post("/accounts", json={"holder": "bakery"})
    return "bakery"


@pytest.fixture
def florist(client):
    client.post("/accounts", json={"holder": "florist"})
    return "florist"


@pytest.fixture
def pay(client, psp, bakery):
    """Pay the bakery."""

    def pay(amount=1250, key="order-1", account=bakery):
        order = {"account": account, "amount": amount, "card": "tok_visa"}
        return client.post("/payments", json=order, headers={"Idempotency-Key": key})

    return pay
