import pytest
from app import Account, Base, application
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(async_engine):
    async with async_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(async_engine) as db:
        db.add(Account(number="NL-2", balance=700))
        await db.commit()
    transport = ASGITransport(application(async_engine))
    async with AsyncClient(transport=transport, base_url="http://bank") as client:
        yield client


@pytest.mark.idempotent(concurrent=True, crash=True)
async def test_debit(client, async_engine):
    rent = {"amount": 450}
    answer = await client.post("/accounts/NL-2/debits", json=rent, headers={"Idempotency-Key": "rent-11"})
    assert answer.status_code == 201
    async with AsyncSession(async_engine) as db:
        assert (await db.get(Account, "NL-2")).balance == 250
