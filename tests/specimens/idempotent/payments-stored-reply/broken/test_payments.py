import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from payments import create_app, payments


@pytest.fixture
def app(tmp_path):
    return create_app(f"sqlite:///{tmp_path}/pay.sqlite")


@pytest.fixture
def client(app):
    return TestClient(app, headers={"Idempotency-Key": "9a3c-41"})


@pytest.mark.idempotent
def test_create_payment(app, client):
    r = client.post("/v1/payments", json={"account": "DE02", "amount": 1999, "currency": "EUR"})
    assert r.status_code == 201
    body = r.json()
    assert body["id"].startswith("pay_")
    with app.state.engine.connect() as c:
        (row,) = c.execute(select(payments)).all()
    assert (row.id, row.amount) == (body["id"], 1999)


def test_amount_must_be_positive(client):
    assert client.post("/v1/payments", json={"account": "DE02", "amount": 0, "currency": "EUR"}).status_code == 422
