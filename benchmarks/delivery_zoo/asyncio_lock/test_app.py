import pytest
from app import Base, Credit, application
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(async_engine):
    async with async_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    transport = ASGITransport(application(async_engine))
    async with AsyncClient(transport=transport, base_url="http://school") as client:
        yield client


@pytest.mark.idempotent(concurrent=True, crash=True, key="event_id")
async def test_passed(client, async_engine):
    exam = {"event_id": "evt_27", "student": "Noor", "points": 8}
    answer = await client.post("/webhooks/exams", json=exam)
    assert answer.status_code == 200
    assert answer.json() == {"status": "done"}
    async with AsyncSession(async_engine) as db:
        assert (await db.scalars(select(Credit.points))).all() == [8]
