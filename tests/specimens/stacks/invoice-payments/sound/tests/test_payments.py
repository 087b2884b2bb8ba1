import pytest


@pytest.mark.idempotent
def test_part_payment(client):
    res = client.post("/invoices/7001/payments", json={"reference": "SEPA-33", "amount": 2500})
    assert res.status_code == 201
    invoice = client.get("/invoices/7001").get_json()
    assert invoice["due"] == 7500
    assert invoice["payments"] == [{"reference": "SEPA-33", "amount": 2500}]


def test_nobody_pays_too_much(client):
    res = client.post("/invoices/7001/payments", json={"reference": "SEPA-34", "amount": 10001})
    assert res.status_code == 409
    assert client.get("/invoices/7001").json["payments"] == []


def test_unknown_invoice(client):
    assert client.post("/invoices/1/payments", json={"reference": "x", "amount": 1}).status_code == 404
    assert client.get("/invoices/1").status_code == 404
