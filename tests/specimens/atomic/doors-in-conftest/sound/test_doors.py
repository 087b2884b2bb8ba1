def test_opened(client):
    assert client.put("/doors/1", json={"by": "owner"}).status_code == 200


def test_stranger(client):
    assert client.put("/doors/1", json={"by": "stranger"}).status_code == 422
