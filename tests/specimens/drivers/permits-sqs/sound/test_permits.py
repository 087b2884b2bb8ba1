import pytest


@pytest.mark.idempotent
def test_a_permit_is_announced(client):
    assert client.post("/permits", json={"plate": "1-ABC-234", "zone": "B"}).status_code == 201
    assert client.get("/letters/waiting").json()["waiting"] >= 1
