from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import JSON, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Parcel(Base):
    __tablename__ = "parcels"
    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    grams: Mapped[int]


class Outgoing(Base):
    """What a relay publishes later, under the row's number."""

    __tablename__ = "outbox"
    number: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    payload: Mapped[dict] = mapped_column(JSON)


def application(engine):
    app = FastAPI()

    @app.post("/parcels", status_code=201)
    async def send(body: dict, idempotency_key: str = Header()):
        async with AsyncSession(engine, expire_on_commit=False) as db:
            parcel = Parcel(key=idempotency_key, grams=body["grams"])
            db.add(parcel)
            try:
                await db.flush()
                db.add(Outgoing(topic="parcel.sent", payload={"number": parcel.number}))
                await db.commit()
            except IntegrityError:
                await db.rollback()
                parcel = (await db.scalars(select(Parcel).where(Parcel.key == idempotency_key))).one()
            if parcel.grams != body["grams"]:
                raise HTTPException(422, "this key was used for another parcel")
            return {"number": parcel.number}

    return app
