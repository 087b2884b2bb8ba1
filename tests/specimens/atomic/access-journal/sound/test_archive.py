import pytest
from fastapi.testclient import TestClient

from archive import make_app


@pytest.fixture
def client(tmp_path):
    return TestClient(make_app(tmp_path / "archive.db"))


def test_create_read_delete(client):
    made = client.post("/folders", json={"title": "Deeds"}).json()
    assert client.get(f"/folders/{made['id']}").json()["title"] == "Deeds"
    assert client.delete(f"/folders/{made['id']}").status_code == 204


def test_same_title(client):
    client.post("/folders", json={"title": "Maps"})
    assert client.post("/folders", json={"title": "Maps"}).status_code == 409


def test_missing(client):
    assert client.delete("/folders/7").status_code == 404
    assert client.get("/folders/7").status_code == 404


def test_no_title(client):
    assert client.post("/folders", json={}).status_code == 422
