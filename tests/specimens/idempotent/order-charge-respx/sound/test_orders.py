import httpx
import pytest
import respx
from fastapi.testclient import TestClient

from orders import PSP, Base, Maker, Order, Settlement, app, engine


@pytest.fixture
def order():
    Base.metadata.create_all(engine)
    with Maker.begin() as s:
        s.add(Order(number="A-1001", total=4200))
    yield "A-1001"
    Base.metadata.drop_all(engine)


@pytest.mark.idempotent
@respx.mock
def test_pay_order(order):
    respx.post(f"{PSP}/charges").mock(return_value=httpx.Response(201, json={"id": "ch_55"}))
    r = TestClient(app).post(f"/orders/{order}/pay")
    assert r.status_code == 200
    assert r.json() == {"order": "A-1001", "charge": "ch_55"}
    with Maker() as s:
        assert s.query(Settlement).count() == 1
    assert respx.calls.last.request.url.path == "/charges"
