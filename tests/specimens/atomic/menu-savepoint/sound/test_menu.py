def test_publish(client):
    body = {"day": "friday", "dishes": [{"name": "pie", "pence": 650}, {"name": "peas", "pence": 180}]}
    res = client.post("/menus", json=body)
    assert res.status_code == 201
    assert res.json()["dishes"] == 2


def test_dish_without_price(client):
    body = {"day": "monday", "dishes": [{"name": "pie", "pence": 650}, {"name": "air", "pence": 0}]}
    assert client.post("/menus", json=body).status_code == 422
