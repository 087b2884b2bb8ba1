import httpx
import pytest
from app import Base, Outgoing, application
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio


@pytest.fixture
def topic(respx_mock):
    return respx_mock.post("https://psp.test/topics/listing.offered").mock(return_value=httpx.Response(202))


@pytest.fixture
async def client(async_engine, topic):
    async with async_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    transport = httpx.ASGITransport(application(async_engine))
    async with httpx.AsyncClient(transport=transport, base_url="http://market") as client:
        yield client


@pytest.mark.idempotent(concurrent=True, crash=True)
async def test_offer(client, async_engine, topic):
    answer = await client.post("/listings", json={"price": 45}, headers={"Idempotency-Key": "bike-1"})
    assert answer.status_code == 201
    assert topic.calls.last.request.content == b'{"price":45}'
    async with AsyncSession(async_engine) as db:
        assert (await db.scalars(select(Outgoing.sent))).all() == [True]
