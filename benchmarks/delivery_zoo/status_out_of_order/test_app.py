import pytest
from app import Base, Consumer, Shipment
from sqlalchemy.ext.asyncio import AsyncSession

pytestmark = pytest.mark.anyio


@pytest.fixture
async def consumer(async_engine):
    async with async_engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(async_engine) as db:
        db.add(Shipment(number="Z-1", status="packed", sequence=1))
        await db.commit()
    return Consumer(async_engine)


@pytest.mark.idempotent(concurrent=True, crash=True, key="message.event_id")
async def test_status(prodready, consumer, async_engine):
    for sequence, status in ((2, "on its way"), (3, "delivered")):
        news = {"event_id": f"ev-{sequence}", "shipment": "Z-1", "sequence": sequence, "status": status}
        await prodready.deliver(consumer.handle, news)
    async with AsyncSession(async_engine) as db:
        assert (await db.get(Shipment, "Z-1")).status == "delivered"
