import pytest
from fastapi.testclient import TestClient

from letterbox import Base, Letter, Member, Sessions, app, engine


@pytest.fixture
def client():
    Base.metadata.create_all(engine)
    with Sessions.begin() as s:
        s.add(Member(name="tove"))
        s.flush()
        s.add(Letter(id=1, addressee="tove", text="come for tea"))
    yield TestClient(app, headers={"X-Member": "tove"})
    Base.metadata.drop_all(engine)


def test_read_letter(client):
    assert client.get("/letters/1").json() == {"id": 1, "text": "come for tea"}


def test_mark_opened(client):
    assert client.put("/letters/1/state", params={"state": "opened"}).json()["state"] == "opened"


def test_missing(client):
    assert client.get("/letters/2").status_code == 404
