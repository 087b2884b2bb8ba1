import asyncio

from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Lamp(Base):
    __tablename__ = "lamps"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    watt: Mapped[int]


async def known(db, key, watt):
    lamp = (await db.scalars(select(Lamp).where(Lamp.key == key))).first()
    if lamp is not None and lamp.watt != watt:
        raise HTTPException(422, "this key was used for another lamp")
    return lamp


def application(engine):
    app = FastAPI()
    one_at_a_time = asyncio.Lock()

    @app.post("/lamps", status_code=201)
    async def order(body: dict, idempotency_key: str = Header()):
        async with one_at_a_time, AsyncSession(engine, expire_on_commit=False) as db:
            if lamp := await known(db, idempotency_key, body["watt"]):
                return {"id": lamp.id}
            lamp = Lamp(key=idempotency_key, watt=body["watt"])
            db.add(lamp)
            try:
                await db.commit()
            except IntegrityError:
                await db.rollback()
                lamp = await known(db, idempotency_key, body["watt"])
            return {"id": lamp.id}

    return app
