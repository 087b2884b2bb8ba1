import httpx
import pytest
from app import Base, Order, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


def charged(request):
    """The provider carries out one charge a key."""
    return httpx.Response(201, json={"id": f"ch_{request.headers['Idempotency-Key']}"})


@pytest.fixture
def client(engine, respx_mock):
    Base.metadata.create_all(engine)
    respx_mock.post("https://psp.test/charges").mock(side_effect=charged)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_order(client, engine):
    answer = client.post("/orders", json={"amount": 5600}, headers={"Idempotency-Key": "cart-2"})
    assert answer.status_code == 201
    assert answer.json() == {"order": "cart-2", "state": "paid"}
    with Session(engine) as db:
        order = db.get(Order, "cart-2")
        assert (order.state, order.charge) == ("paid", f"ch_{order.charge_key}")
