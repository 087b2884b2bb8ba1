import pytest
from fastapi.testclient import TestClient

from giftcards import Base, Card, SessionLocal, app, engine


@pytest.fixture
def client():
    Base.metadata.create_all(engine)
    with SessionLocal() as s:
        s.add(Card(code="XMAS-77", remaining=5000))
        s.commit()
    yield TestClient(app)
    Base.metadata.drop_all(engine)


@pytest.mark.idempotent
def test_redeem_part_of_a_card(client):
    r = client.post("/gift-cards/XMAS-77/redeem", json={"receipt": "till-3/0091", "cents": 1200})
    assert r.status_code == 200
    assert r.json() == {"code": "XMAS-77", "remaining": 3800}


def test_unknown_card(client):
    assert client.post("/gift-cards/NOPE/redeem", json={"receipt": "r", "cents": 1}).status_code == 404


def test_show(client):
    assert client.get("/gift-cards/XMAS-77").json()["remaining"] == 5000
