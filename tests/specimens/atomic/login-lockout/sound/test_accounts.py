import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from accounts import Account, Base, app, digest, engine


@pytest.fixture
def client():
    Base.metadata.create_all(engine)
    with Session(engine) as s:
        s.add(Account(email="hal@example.org", digest=digest("daisy")))
        s.commit()
    yield TestClient(app)
    Base.metadata.drop_all(engine)


def sign_in(client, password, email="hal@example.org"):
    return client.post("/session", data={"email": email, "password": password}).status_code


def test_right_password(client):
    assert sign_in(client, "daisy") == 200


def test_wrong_password(client):
    assert sign_in(client, "rose") == 401


def test_stranger(client):
    assert sign_in(client, "daisy", email="x@example.org") == 401


def test_lockout(client):
    assert [sign_in(client, "rose") for _ in range(5)] == [401] * 5
    assert sign_in(client, "daisy") == 423
