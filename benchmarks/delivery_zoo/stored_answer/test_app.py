import pytest
from app import Base, Repair, application
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(async_engine):
    async with async_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    transport = ASGITransport(application(async_engine))
    async with AsyncClient(transport=transport, base_url="http://garage") as client:
        yield client


@pytest.mark.idempotent(concurrent=True, crash=True)
async def test_order(client, async_engine):
    answer = await client.post("/repairs", json={"hours": 6}, headers={"Idempotency-Key": "car-8"})
    assert answer.status_code == 201
    assert answer.json()["hours"] == 6
    async with AsyncSession(async_engine) as db:
        assert (await db.scalars(select(Repair.hours))).all() == [6]
