import pytest


@pytest.mark.idempotent
def test_a_visit_earns_a_stamp(client):
    answer = client.post("/cards/5/stamps", json={"receipt": "R-100"})
    assert answer.status_code == 201
    assert answer.get_json() == {"holder": "Ines"}
    assert client.get("/cards/5").get_json()["stamps"] >= 1


def test_unknown_card(client):
    assert client.post("/cards/6/stamps", json={"receipt": "R-100"}).status_code == 404
