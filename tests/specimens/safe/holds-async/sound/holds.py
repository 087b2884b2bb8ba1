from datetime import datetime, timedelta

from fastapi import Depends, FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine("sqlite+aiosqlite://")
Maker = async_sessionmaker(engine)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Hold(Base):
    __tablename__ = "holds"
    court: Mapped[str] = mapped_column(primary_key=True)
    player: Mapped[str]
    until: Mapped[datetime]


async def session():
    async with Maker() as s:
        yield s


@app.get("/holds")
async def open_holds(s: AsyncSession = Depends(session)):
    rows = await s.scalars(select(Hold).where(Hold.until >= datetime.now()).order_by(Hold.court))
    return [{"court": h.court, "player": h.player} for h in rows]


async def seed():
    async with engine.begin() as c:
        await c.run_sync(Base.metadata.create_all)
    async with Maker.begin() as s:
        now = datetime.now()
        s.add(Hold(court="1", player="abe", until=now - timedelta(hours=1)))
        s.add(Hold(court="2", player="cy", until=now + timedelta(hours=1)))
