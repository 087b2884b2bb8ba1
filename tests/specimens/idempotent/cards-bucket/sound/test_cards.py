import pytest

from cards import make


@pytest.fixture
def client(tmp_path):
    return make(tmp_path / "cards.sqlite").test_client()


@pytest.mark.idempotent
def test_ordered(client):
    client.post("/keys", json={"owner": "lee"})
    assert client.post("/keys", json={"owner": "kim"}).status_code == 200
