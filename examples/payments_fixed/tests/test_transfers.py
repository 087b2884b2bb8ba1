def send(client, amount, receiver="florist"):
    wanted = {"reference": "rent-may", "sender": "bakery", "receiver": receiver, "amount": amount}
    return client.post("/transfers", json=wanted)


def test_transfer(client, pay, florist):
    pay(amount=1250)
    response = send(client, amount=500)
    assert response.status_code == 201
    assert response.json() == {"reference": "rent-may", "amount": 500}
    assert client.get("/accounts/bakery").json()["balance"] == 750
    assert client.get("/accounts/florist").json()["balance"] == 500


def test_transfer_more_than_there_is(client, bakery, florist):
    assert send(client, amount=500).status_code == 409


def test_transfer_to_an_unknown_account(client, pay):
    pay(amount=1250)
    assert send(client, amount=500, receiver="nobody").status_code == 404
