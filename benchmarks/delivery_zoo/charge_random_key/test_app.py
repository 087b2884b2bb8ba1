import httpx
import pytest
from app import Base, Course, application
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio


def charged(request):
    """The provider carries out one charge a key."""
    return httpx.Response(201, json={"id": f"ch_{request.headers['Idempotency-Key']}"})


@pytest.fixture
async def client(async_engine, respx_mock):
    respx_mock.post("https://psp.test/charges").mock(side_effect=charged)
    async with async_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    transport = httpx.ASGITransport(application(async_engine))
    async with httpx.AsyncClient(transport=transport, base_url="http://school") as client:
        yield client


@pytest.mark.idempotent(concurrent=True, crash=True)
async def test_book(client, async_engine):
    answer = await client.post("/courses", json={"fee": 12000}, headers={"Idempotency-Key": "pupil-3"})
    assert answer.status_code == 201
    assert answer.json() == {"fee": 12000}
    async with AsyncSession(async_engine) as db:
        (charge,) = (await db.scalars(select(Course.charge))).all()
        assert charge.startswith("ch_")
