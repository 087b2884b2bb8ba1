from unittest import mock

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

import notes


@pytest.fixture
def client():
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    notes.Base.metadata.create_all(engine)
    return TestClient(notes.application(engine))


@pytest.mark.idempotent
@mock.patch("notes.tell_everybody")
def test_write(tell_everybody, client):
    answer = client.put("/notes/4", json={"text": "hello"})
    assert answer.status_code == 200
    tell_everybody.assert_called()
