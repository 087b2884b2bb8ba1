import pytest
from app import Base, Outgoing, application
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(async_engine):
    async with async_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncClient(
        transport=ASGITransport(application(async_engine)), base_url="http://post"
    ) as client:
        yield client


@pytest.mark.idempotent(concurrent=True, crash=True)
async def test_send(client, async_engine):
    answer = await client.post("/parcels", json={"grams": 800}, headers={"Idempotency-Key": "label-4"})
    assert answer.status_code == 201
    async with AsyncSession(async_engine) as db:
        assert (await db.scalars(select(Outgoing.topic))).all() == ["parcel.sent"]
        assert (await db.scalars(select(Outgoing.payload))).all() == [{"number": answer.json()["number"]}]
