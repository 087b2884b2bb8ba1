import pytest

from parcels import application


@pytest.fixture
def client(tmp_path):
    return application(tmp_path / "parcels.db").test_client()


@pytest.mark.idempotent(crash=True)
def test_send(client):
    answer = client.post("/parcels", json={"grams": 700}, headers={"Idempotency-Key": "p-1"})
    assert answer.status_code == 201
