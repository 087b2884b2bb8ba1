import pytest
from fastapi.testclient import TestClient

from academy.api import Base, Course, SessionLocal, api, engine
from academy.tasks import queue


@pytest.fixture
def client():
    Base.metadata.create_all(engine)
    with SessionLocal.begin() as db:
        db.add(Course(slug="pottery"))
    queue.control.purge()
    yield TestClient(api)
    queue.control.purge()
    Base.metadata.drop_all(engine)


def published():
    with queue.connection_for_read() as connection, connection.SimpleQueue("academy") as messages:
        message = messages.get(block=False)
        message.ack()
        return message.headers["task"], message.payload[0]


@pytest.mark.idempotent
def test_sign_up(client):
    answer = client.post("/courses/pottery/participants", json={"email": "Mia@example.org"})
    assert answer.status_code == 201
    assert published() == ("academy.send_welcome_kit", ["mia@example.org", "pottery"])


def test_list(client):
    client.post("/courses/pottery/participants", json={"email": "mia@example.org"})
    assert client.get("/courses/pottery/participants").json() == {"emails": ["mia@example.org"]}


def test_unknown_course(client):
    assert client.post("/courses/surfing/participants", json={"email": "mia@example.org"}).status_code == 404
