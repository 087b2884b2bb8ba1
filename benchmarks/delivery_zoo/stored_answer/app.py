from datetime import datetime, timedelta, timezone

from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import JSON, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

KEPT = timedelta(days=30)


class Base(DeclarativeBase):
    pass


class Stored(Base):
    __tablename__ = "stored_answers"
    key: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    payload: Mapped[dict] = mapped_column(JSON)
    answer: Mapped[dict | None] = mapped_column(JSON)


class Repair(Base):
    __tablename__ = "repairs"
    id: Mapped[int] = mapped_column(primary_key=True)
    hours: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/repairs", status_code=201)
    async def order(body: dict, idempotency_key: str = Header()):
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        async with AsyncSession(engine, expire_on_commit=False) as db:
            await db.execute(delete(Stored).where(Stored.made_at < now - KEPT))
            stored = Stored(key=idempotency_key, made_at=now, payload=body)
            db.add(stored)
            try:
                await db.flush()
            except IntegrityError:
                await db.rollback()
                return await known(db, idempotency_key, body)
            stored.answer = await ordered(db, body["hours"])
            await db.commit()
            return stored.answer

    return app


async def ordered(db, hours):
    repair = Repair(hours=hours)
    db.add(repair)
    await db.flush()
    return {"id": repair.id, "hours": hours}


async def known(db, key, payload):
    stored = (await db.scalars(select(Stored).where(Stored.key == key))).one()
    if stored.payload != payload:
        raise HTTPException(422, "this key was used for another repair")
    return stored.answer
