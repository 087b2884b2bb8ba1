import json
import time

import httpx
import pytest
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from payouts.app import create_app
from payouts.models import Base, Payout
from payouts.signatures import sign

pytestmark = pytest.mark.anyio
SECRET = "whsec_for_tests"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'payouts.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions.begin() as db:
        db.add(Payout(id="po_18", cents=48000))
    transport = httpx.ASGITransport(app=create_app(sessions, SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://books.test") as client:
        yield client
    await engine.dispose()


def signed(body, headers):
    return {"Payline-Signature": sign(body, SECRET, int(time.time()))}


@pytest.fixture
def prodready_sign():
    return signed


def paid(payout):
    return json.dumps({"id": "evt_3301", "type": "payout.paid", "data": {"payout": payout}}).encode()


@pytest.mark.idempotent(key="id")
async def test_payout_is_booked(client):
    body = paid("po_18")
    answer = await client.post("/webhooks/payline", content=body, headers=signed(body, {}))
    assert answer.status_code == 200
    assert answer.json() == {"received": True}
    assert (await client.get("/payouts/po_18")).json() == {"id": "po_18", "status": "paid"}


async def test_signature_of_somebody_else(client):
    body = paid("po_18")
    headers = {"Payline-Signature": sign(body, "guessed", int(time.time()))}
    assert (await client.post("/webhooks/payline", content=body, headers=headers)).status_code == 400


async def test_signature_of_last_week(client):
    body = paid("po_18")
    headers = {"Payline-Signature": sign(body, SECRET, int(time.time()) - 7 * 86400)}
    assert (await client.post("/webhooks/payline", content=body, headers=headers)).status_code == 400
