import pytest
from app import Base, Export, application
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(async_engine):
    async with async_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    transport = ASGITransport(application(async_engine))
    async with AsyncClient(transport=transport, base_url="http://books") as client:
        yield client


@pytest.mark.idempotent(concurrent=True, crash=True)
async def test_start(client, async_engine):
    answer = await client.post("/exports", json={"year": 2024}, headers={"Idempotency-Key": "audit-24"})
    assert answer.status_code == 201
    assert answer.json()["year"] == 2024
    async with AsyncSession(async_engine) as db:
        assert (await db.scalars(select(Export.year))).all() == [2024]
