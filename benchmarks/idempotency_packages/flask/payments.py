"""A payment: a row in SQLite and a charge by a provider, for whoever the bearer token names."""

import os

import httpx
from flask import Flask, abort, jsonify, request
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

KEY = os.environ["KEY_HEADER"]
REDIS = os.environ["REDIS_URL"]
USERS = {"Bearer alice-token": "alice", "Bearer bob-token": "bob"}
PROVIDER = "https://psp.test/charges"


class Base(DeclarativeBase):
    pass


class Payment(Base):
    __tablename__ = "payments"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    amount: Mapped[int]
    charge: Mapped[str | None]


def told(payment):
    return {"id": payment.id, "owner": payment.owner, "charge": payment.charge}


def application(database, attach=lambda app: None, decorate=lambda handler: handler):
    """``attach`` is called with the application, ``decorate`` with its handler."""
    engine = create_engine(f"sqlite:///{database}")
    Base.metadata.create_all(engine)
    app = Flask(__name__)
    attach(app)

    def user():
        return USERS.get(request.headers.get("Authorization", "")) or abort(401)

    @app.get("/payments")
    def payments():
        with Session(engine) as db:
            mine = db.scalars(select(Payment).where(Payment.owner == user()))
            return jsonify([told(payment) for payment in mine])

    def pay():
        owner = user()
        amount = request.get_json()["amount"]
        with Session(engine) as db:
            payment = Payment(owner=owner, amount=amount)
            db.add(payment)
            db.flush()
            key = {"Idempotency-Key": request.headers.get(KEY, "")}
            payment.charge = httpx.post(PROVIDER, json={"amount": amount}, headers=key).json()["id"]
            db.commit()
            return jsonify(told(payment)), 201

    app.post("/payments")(decorate(pay))
    return app
