import pytest
from app import Base, Reservation, application
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(async_engine):
    async with async_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    transport = ASGITransport(application(async_engine))
    async with AsyncClient(transport=transport, base_url="http://hotel") as client:
        yield client


@pytest.mark.idempotent(concurrent=True, crash=True)
async def test_reserve(client, async_engine):
    stay = {"nights": 2}
    answer = await client.post("/guests/oda/reservations", json=stay, headers={"Idempotency-Key": "web-5"})
    assert answer.status_code == 201
    assert answer.json()["nights"] == 2
    async with AsyncSession(async_engine) as db:
        assert (await db.scalars(select(Reservation.nights))).all() == [2]
