import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from boxoffice import Base, Session, Show, on_paid

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(autouse=True)
async def house(tmp_path):
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'house.db'}")
    Session.configure(bind=engine)
    async with engine.begin() as con:
        await con.run_sync(Base.metadata.create_all)
    async with Session.begin() as session:
        session.add(Show(id=12, free=40))
    yield
    await engine.dispose()


async def free():
    async with Session() as session:
        return (await session.get(Show, 12)).free


@pytest.mark.idempotent(key="message.payment")
async def test_paid_seats_are_taken(prodready):
    ticket = await prodready.deliver(on_paid, {"payment": "pay_81", "show": 12, "seats": 3})
    assert ticket == {"payment": "pay_81", "seats": 3}
    assert await free() == 37


async def test_more_than_there_are(prodready):
    with pytest.raises(LookupError):
        await prodready.deliver(on_paid, {"payment": "pay_82", "show": 12, "seats": 41})
    assert await free() == 40
