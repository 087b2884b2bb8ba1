"""What all tests share: a tiny payments application to hang tests on."""

from __future__ import annotations

import gc

import hypothesis
import pytest
from hypothesis import strategies

APP = """
import httpx
from fastapi import Depends, FastAPI, Header, HTTPException
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class Payment(Base):
    __tablename__ = "payments"
    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]


def session():
    with Session(engine) as db:
        yield db


app = FastAPI()


@app.post("/payments", status_code=201)
def pay(body: dict, db: Session = Depends(session)):
    payment = Payment(amount=body["amount"])
    db.add(payment)
    db.commit()
    return {"id": payment.id}


@app.put("/payments/{number}")
def put(number: int, body: dict, db: Session = Depends(session)):
    payment = db.get(Payment, number) or Payment(id=number)
    payment.amount = body["amount"]
    db.add(payment)
    db.commit()
    return {"id": number}


@app.get("/payments/{number}")
def show(number: int, db: Session = Depends(session)):
    payment = db.get(Payment, number)
    if payment is None:
        raise HTTPException(404)
    return {"id": payment.id, "amount": payment.amount}
"""

CONFTEST = """
import pytest
from fastapi.testclient import TestClient

import app


@pytest.fixture
def client():
    app.Base.metadata.create_all(app.engine)
    yield TestClient(app.app)
    app.Base.metadata.drop_all(app.engine)
"""


@pytest.fixture
def application() -> dict[str, str]:
    """The files of the application: ``POST /payments`` is not idempotent, ``PUT /payments/{number}`` is."""
    return {"app.py": APP, "conftest.py": CONFTEST}


def pytest_collection_finish() -> None:
    """Hypothesis takes its random numbers in hand at its first use; it looks for who else refers to them."""
    hypothesis.find(strategies.booleans(), bool, settings=hypothesis.settings(database=None))


def pytest_runtest_setup() -> None:
    """A run inside a test collects garbage at its end: what was there before need not be looked at again."""
    gc.collect()
    gc.freeze()
