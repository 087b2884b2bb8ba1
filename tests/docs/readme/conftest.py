"""The application that the README's reader has: it honours its idempotency key."""

import pytest
from fastapi import FastAPI, Header, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Payment(Base):
    __tablename__ = "payments"

    key: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]


@app.post("/payments", status_code=201)
def pay(body: dict, idempotency_key: str = Header()):
    with Session(engine) as db:
        payment = db.get(Payment, idempotency_key)
        if payment is not None and payment.amount != body["amount"]:
            raise HTTPException(422, "another payload under this key")
        if payment is None:
            db.add(Payment(key=idempotency_key, amount=body["amount"]))
            db.commit()
    return {}


@pytest.fixture
def client():
    Base.metadata.create_all(engine)
    yield TestClient(app)
    Base.metadata.drop_all(engine)
