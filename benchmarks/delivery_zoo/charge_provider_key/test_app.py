import httpx
import pytest
from app import Base, Donation, application
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session


def charged(request):
    """The provider carries out one charge a key."""
    return httpx.Response(201, json={"id": f"ch_{request.headers['Idempotency-Key']}"})


@pytest.fixture
def client(engine, respx_mock):
    Base.metadata.create_all(engine)
    respx_mock.post("https://psp.test/charges").mock(side_effect=charged)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True)
def test_donate(client, engine):
    answer = client.post("/donations", json={"amount": 3000}, headers={"Idempotency-Key": "d9"})
    assert answer.status_code == 201
    assert answer.json() == {"charge": "ch_donation-d9"}
    with Session(engine) as db:
        assert db.scalars(select(Donation.charge)).all() == ["ch_donation-d9"]
