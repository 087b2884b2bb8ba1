import httpx
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from lamps import Base, application


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'lamps.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    transport = httpx.ASGITransport(application(engine))
    async with httpx.AsyncClient(transport=transport, base_url="http://lamps.test") as client:
        yield client
    await engine.dispose()


@pytest.mark.anyio
@pytest.mark.idempotent(concurrent=True)
async def test_order(client):
    answer = await client.post("/lamps", json={"watt": 7}, headers={"Idempotency-Key": "l-1"})
    assert answer.status_code == 201
