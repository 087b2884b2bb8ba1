import pytest
from fastapi.testclient import TestClient

from checkout import Cart, CartLine, Factory, app, connect


@pytest.fixture
def client(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'shop.db'}")
    with Factory() as s:
        s.add(Cart(id="c-88", lines=[CartLine(article="lamp", price=30), CartLine(article="bulb", price=4)]))
        s.commit()
    yield TestClient(app, raise_server_exceptions=False)
    engine.dispose()


@pytest.mark.idempotent
def test_checkout(client):
    res = client.post("/carts/c-88/checkout")
    assert res.status_code == 200
    assert res.json()["total"] == 34
    assert client.get("/purchases").json() == {"totals": [34]}
