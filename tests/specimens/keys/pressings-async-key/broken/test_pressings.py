import httpx
import pytest
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from pressing.app import create_app
from pressing.models import Base, Label

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'plant.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions.begin() as session:
        session.add_all([Label(name="Moss", api_token="moss-4411"), Label(name="Fern", api_token="fern-9102")])
    transport = httpx.ASGITransport(app=create_app(sessions))
    async with httpx.AsyncClient(transport=transport, base_url="http://plant.test") as client:
        yield client
    await engine.dispose()


@pytest.fixture
def moss():
    return {"Authorization": "Bearer moss-4411"}


@pytest.fixture
def prodready_other_tenant():
    return {"Authorization": "Bearer fern-9102"}


@pytest.mark.idempotent
async def test_order_a_pressing(client, moss):
    answer = await client.post(
        "/v2/pressings", json={"title": "Undergrowth", "copies": 500}, headers={**moss, "Idempotency-Key": "order-0001"}
    )
    assert answer.status_code == 201
    assert answer.json()["label"] == "Moss"
    assert (await client.get("/v2/pressings", headers=moss)).json() == [{"id": answer.json()["id"], "copies": 500}]


async def test_small_runs_are_not_pressed(client, moss):
    answer = await client.post(
        "/v2/pressings", json={"title": "Undergrowth", "copies": 99}, headers={**moss, "Idempotency-Key": "order-0002"}
    )
    assert answer.status_code == 422


async def test_unknown_label(client):
    answer = await client.get("/v2/pressings", headers={"Authorization": "Bearer nobody"})
    assert answer.status_code == 401
