import pytest
from starlette.testclient import TestClient

from feed import make


@pytest.fixture
def client(tmp_path):
    return TestClient(make(tmp_path / "feeds.sqlite"))


def test_new_reader_gets_defaults(client):
    body = client.get("/feeds/newbie").json()
    assert body["theme"] == "light"
    assert len(body["address"]) == 16


def test_known_reader(client):
    assert client.get("/feeds/old-hand").json()["theme"] == "dark"
