from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Purse(Base):
    __tablename__ = "purse"
    owner: Mapped[str] = mapped_column(primary_key=True)
    coins: Mapped[int]


class Movement(Base):
    __tablename__ = "movement"
    seq: Mapped[int] = mapped_column(primary_key=True)
    transfer: Mapped[str]
    owner: Mapped[str]
    coins: Mapped[int]


class TopUp(BaseModel):
    transfer: str
    coins: int


class Store:
    def __init__(self, url: str):
        self.engine = create_async_engine(url)
        self.maker = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def unit(self):
        async with self.maker() as session, session.begin():
            yield session


def build(store: Store) -> FastAPI:
    app = FastAPI()

    async def session():
        async with store.unit() as s:
            yield s

    @app.post("/wallets/{owner}/top-ups", status_code=201)
    async def top_up(owner: str, body: TopUp, s: AsyncSession = Depends(session)):
        purse = await s.get(Purse, owner)
        if purse is None:
            raise HTTPException(404, "unknown wallet")
        s.add(Movement(transfer=body.transfer, owner=owner, coins=body.coins))
        await s.execute(update(Purse).where(Purse.owner == owner).values(coins=Purse.coins + body.coins))
        await s.refresh(purse)
        return {"owner": owner, "coins": purse.coins}

    return app
