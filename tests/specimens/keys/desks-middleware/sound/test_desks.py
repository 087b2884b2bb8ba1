import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from desks import Member, Reservation, create_app


@pytest.fixture
def app(tmp_path):
    app = create_app(f"sqlite:///{tmp_path / 'desks.db'}")
    with Session(app.state.engine) as db:
        db.add(Member(name="Amira", token="tok-amira-5512"))
        db.commit()
    yield app
    app.state.engine.dispose()


@pytest.fixture
def client(app):
    return TestClient(app)


@pytest.mark.idempotent
def test_member_reserves_a_desk(app, client):
    answer = client.post(
        "/reservations",
        json={"desk": 14, "day": "2031-03-10"},
        headers={"Authorization": "Bearer tok-amira-5512", "Idempotency-Key": "desk-0310-a"},
    )
    assert answer.status_code == 201
    assert answer.json()["member"] == "Amira"
    with Session(app.state.engine) as db:
        assert [r.id for r in db.scalars(select(Reservation))] == [answer.json()["id"]]


def test_strangers_reserve_nothing(client):
    answer = client.post("/reservations", json={"desk": 14, "day": "2031-03-10"})
    assert answer.status_code == 401


def test_there_are_sixty_desks(client):
    answer = client.post(
        "/reservations",
        json={"desk": 61, "day": "2031-03-10"},
        headers={"Authorization": "Bearer tok-amira-5512"},
    )
    assert answer.status_code == 422
