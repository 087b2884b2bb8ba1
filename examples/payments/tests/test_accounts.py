def test_open_account(client):
    response = client.post("/accounts", json={"holder": "bakery"})
    assert response.status_code == 201
    assert response.json() == {"holder": "bakery", "balance": 0}


def test_open_account_twice(client, bakery):
    response = client.post("/accounts", json={"holder": bakery})
    assert response.status_code == 409


def test_unknown_account(client):
    assert client.get("/accounts/nobody").status_code == 404
