import pytest
import respx
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from concert import CARDS, Seat, create, make_engine


@pytest.fixture
def client(tmp_path):
    engine = make_engine(tmp_path / "hall.db")
    app = create(engine)
    with Session(engine) as s:
        s.add_all([Seat(label="C12"), Seat(label="C13", holder="someone")])
        s.commit()
    yield TestClient(app)
    engine.dispose()


@pytest.fixture
def cards():
    with respx.mock(assert_all_called=False) as mock:
        yield mock


def test_buy(client, cards):
    cards.post(CARDS).respond(201, json={"auth": "ok"})
    assert client.post("/seats/buy", json={"label": "C12", "buyer": "lou"}).status_code == 201


def test_declined(client, cards):
    cards.post(CARDS).respond(402, json={"error": "insufficient"})
    assert client.post("/seats/buy", json={"label": "C12", "buyer": "lou"}).status_code == 402


def test_taken(client, cards):
    assert client.post("/seats/buy", json={"label": "C13", "buyer": "lou"}).status_code == 409
