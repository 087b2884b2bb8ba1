import json


def test_pay(pay, psp):
    response = pay(amount=1250)
    assert response.status_code == 201
    assert response.json() == {"id": 1, "account": "bakery", "amount": 1250, "state": "pending"}
    assert json.loads(psp["charge"].calls.last.request.content) == {"card": "tok_visa", "amount": 1250}


def test_pay_adds_to_the_balance(client, pay):
    pay(amount=1250)
    assert client.get("/accounts/bakery").json()["balance"] == 1250


def test_pay_again_with_the_same_key(client, pay):
    first = pay(key="order-1")
    second = pay(key="order-1")
    assert second.json() == first.json()
    assert len(client.get("/payments", params={"account": "bakery"}).json()) == 1


def test_pay_into_an_unknown_account(pay, psp):
    assert pay(account="nobody").status_code == 404
    assert not psp["charge"].called


def test_card_declined(client, pay, psp):
    psp["charge"].respond(402)
    assert pay().status_code == 402
    assert client.get("/payments", params={"account": "bakery"}).json() == []


def test_show_payment(client, pay):
    number = pay().json()["id"]
    response = client.get(f"/payments/{number}")
    assert response.status_code == 200
    assert response.json() == {"id": number, "account": "bakery", "amount": 1250, "state": "settled"}


def test_unknown_payment(client):
    assert client.get("/payments/404").status_code == 404


def test_list_payments(client, pay):
    pay(amount=1250, key="order-1")
    pay(amount=800, key="order-2")
    response = client.get("/payments", params={"account": "bakery"})
    assert [payment["amount"] for payment in response.json()] == [1250, 800]


def test_refund(client, pay, psp):
    number = pay(amount=1250).json()["id"]
    response = client.post(f"/payments/{number}/refund")
    assert response.status_code == 200
    assert response.json()["state"] == "refunded"
    assert psp["refund"].called
    assert client.get("/accounts/bakery").json()["balance"] == 0


def test_refund_twice(client, pay):
    number = pay().json()["id"]
    client.post(f"/payments/{number}/refund")
    assert client.post(f"/payments/{number}/refund").status_code == 409
