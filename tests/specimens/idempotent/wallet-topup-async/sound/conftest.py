import httpx
import pytest_asyncio

from wallet import Base, Purse, Store, build


@pytest_asyncio.fixture
async def store(tmp_path):
    store = Store(f"sqlite+aiosqlite:///{tmp_path / 'w.db'}")
    async with store.engine.begin() as c:
        await c.run_sync(Base.metadata.create_all)
    async with store.unit() as s:
        s.add(Purse(owner="mira", coins=10))
    yield store
    await store.engine.dispose()


@pytest_asyncio.fixture
async def api(store):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=build(store)), base_url="http://wallet") as c:
        yield c
