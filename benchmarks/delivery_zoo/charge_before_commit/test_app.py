import itertools

import httpx
import pytest
from app import Base, Booking, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine, respx_mock):
    Base.metadata.create_all(engine)
    numbers = itertools.count(1)
    respx_mock.post("https://psp.test/charges").mock(
        side_effect=lambda request: httpx.Response(201, json={"id": f"ch_{next(numbers)}"})
    )
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_book(client, engine):
    answer = client.post("/bookings", json={"amount": 8900}, headers={"Idempotency-Key": "trip-2"})
    assert answer.status_code == 201
    assert answer.json() == {"charge": "ch_1"}
    with Session(engine) as db:
        assert db.scalars(select(Booking.charge)).all() == ["ch_1"]
