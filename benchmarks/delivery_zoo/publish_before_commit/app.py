import httpx
from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Listing(Base):
    __tablename__ = "listings"
    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    price: Mapped[int]


class Outgoing(Base):
    __tablename__ = "outbox"
    number: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    sent: Mapped[bool]


def application(engine):
    app = FastAPI()

    @app.post("/listings", status_code=201)
    async def offer(body: dict, idempotency_key: str = Header()):
        async with AsyncSession(engine, expire_on_commit=False) as db:
            listing = Listing(key=idempotency_key, price=body["price"])
            db.add(listing)
            try:
                await db.flush()
            except IntegrityError:
                await db.rollback()
                listing = (await db.scalars(select(Listing).where(Listing.key == idempotency_key))).one()
            else:
                await publish("listing.offered", {"price": listing.price})
                db.add(Outgoing(topic="listing.offered", sent=True))
                await db.commit()
            if listing.price != body["price"]:
                raise HTTPException(422, "this key was used for another listing")
            return {"number": listing.number}

    return app


async def publish(topic, payload):
    async with httpx.AsyncClient() as bus:
        answer = await bus.post(f"https://psp.test/topics/{topic}", json=payload)
        answer.raise_for_status()
