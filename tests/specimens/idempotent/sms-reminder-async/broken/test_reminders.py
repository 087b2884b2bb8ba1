import httpx
import pytest
import pytest_asyncio
import respx

from reminders import GATEWAY, app, engine, meta


@pytest_asyncio.fixture
async def client():
    async with engine.begin() as c:
        await c.run_sync(meta.create_all)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://clinic") as client:
        yield client
    await engine.dispose()


@pytest.mark.idempotent
@pytest.mark.asyncio
async def test_reminder_goes_out(client):
    with respx.mock() as router:
        gateway = router.post(GATEWAY).mock(return_value=httpx.Response(202, json={"sid": "SM1"}))
        res = await client.post("/reminders", json={"visit": "V-310", "phone": "+4530112233"})
        assert res.status_code == 202
        assert gateway.called
