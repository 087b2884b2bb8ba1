import pytest
from httpx import ASGITransport, AsyncClient

from holds import app, engine, seed


@pytest.mark.asyncio
async def test_only_open_holds_are_listed():
    await seed()
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://courts") as c:
        res = await c.get("/holds")
    assert res.status_code == 200
    assert res.json() == [{"court": "2", "player": "cy"}]
    await engine.dispose()
