import uuid

import httpx
from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select, text, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

START = text(
    "insert into orders (key, amount, state, charge_key) values (:key, :amount, 'new', :charge_key) "
    "on conflict (key) do nothing"
)


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    key: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]
    state: Mapped[str]
    charge_key: Mapped[str]
    charge: Mapped[str | None]


def application(engine):
    app = FastAPI()

    @app.post("/orders", status_code=201)
    def order(body: dict, idempotency_key: str = Header()):
        with Session(engine) as db:
            start(db, idempotency_key, body["amount"])
            order = db.scalars(select(Order).where(Order.key == idempotency_key)).one()
            if order.amount != body["amount"]:
                raise HTTPException(422, "this key was used for another amount")
            if order.state == "new":
                pay(db, order.key, order.amount, order.charge_key)
            return {"order": idempotency_key, "state": "paid"}

    return app


def start(db, key, amount):
    db.execute(START, {"key": key, "amount": amount, "charge_key": uuid.uuid4().hex})
    db.commit()


def pay(db, key, amount, charge_key):
    db.rollback()  # no transaction stays open while the provider works
    answer = httpx.post(
        "https://psp.test/charges", json={"amount": amount}, headers={"Idempotency-Key": charge_key}
    )
    answer.raise_for_status()
    paid = {"state": "paid", "charge": answer.json()["id"]}
    db.execute(update(Order).where(Order.key == key, Order.state == "new").values(paid))
    db.commit()
