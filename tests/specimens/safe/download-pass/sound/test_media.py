import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert

from media import app, engine, meta, tracks


@pytest.fixture(scope="module")
def client():
    meta.create_all(engine)
    with engine.begin() as c:
        c.execute(insert(tracks), [{"slug": "harbour", "lyrics": "la la", "stock": 20}])
    with TestClient(app) as client:
        yield client
    meta.drop_all(engine)


def test_card(client):
    assert client.get("/tracks/harbour").json()["slug"] == "harbour"


def test_lyrics(client):
    assert client.get("/tracks/harbour/lyrics").text == "la la"


@pytest.mark.parametrize("page", ["", "/lyrics"])
def test_missing(client, page):
    assert client.get("/tracks/none" + page).status_code == 404
