"""A payment: a row in SQLite and a charge by a provider, for whoever the bearer token names."""

import os
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

KEY = os.environ["KEY_HEADER"]
REDIS = os.environ["REDIS_URL"]
USERS = {"alice-token": "alice", "bob-token": "bob"}
PROVIDER = "https://psp.test/charges"


class Base(DeclarativeBase):
    pass


class Payment(Base):
    __tablename__ = "payments"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    amount: Mapped[int]
    charge: Mapped[str | None]


class Order(BaseModel):
    amount: int


def user(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    if credentials.credentials not in USERS:
        raise HTTPException(401)
    return USERS[credentials.credentials]


User = Annotated[str, Depends(user)]


def told(payment):
    return {"id": payment.id, "owner": payment.owner, "charge": payment.charge}


def sent(request, order):
    """What the provider is sent; it knows the caller's key, as it should."""
    return {"json": {"amount": order.amount}, "headers": {"Idempotency-Key": request.headers.get(KEY, "")}}


def listing(app, engine):
    """The payments of whoever asks, so that the table is one that the application reads."""

    @app.get("/payments")
    def payments(owner: User):
        with Session(engine) as db:
            return [told(payment) for payment in db.scalars(select(Payment).where(Payment.owner == owner))]

    return app


def application(database):
    """For packages that stand around the application."""
    engine = create_engine(f"sqlite:///{database}")
    Base.metadata.create_all(engine)
    app = FastAPI()

    @app.post("/payments", status_code=201)
    def pay(request: Request, order: Order, owner: User):
        with Session(engine) as db:
            payment = Payment(owner=owner, amount=order.amount)
            db.add(payment)
            db.flush()
            payment.charge = httpx.post(PROVIDER, **sent(request, order)).json()["id"]
            db.commit()
            return told(payment)

    return listing(app, engine)


def decorated(database, decorate, answer=told, app=None):
    """For packages that stand around the handler: ``decorate`` takes it, ``answer`` makes its answer."""
    engine = create_engine(f"sqlite:///{database}")
    Base.metadata.create_all(engine)
    sessions = create_async_engine(f"sqlite+aiosqlite:///{database}")
    app = app or FastAPI()

    async def pay(request: Request, order: Order, owner: User):
        async with AsyncSession(sessions, expire_on_commit=False) as db, httpx.AsyncClient() as client:
            payment = Payment(owner=owner, amount=order.amount)
            db.add(payment)
            await db.flush()
            payment.charge = (await client.post(PROVIDER, **sent(request, order))).json()["id"]
            await db.commit()
            return answer(payment)

    app.post("/payments", status_code=201)(decorate(pay))
    return listing(app, engine)
