import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from seats import Base, application


@pytest.fixture
def client(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'seats.db'}")
    Base.metadata.create_all(engine)
    yield TestClient(application(engine))
    engine.dispose()


@pytest.mark.idempotent(concurrent=True)
def test_book(client):
    answer = client.post("/bookings", json={"row": 7}, headers={"Idempotency-Key": "b-1"})
    assert answer.status_code == 201
