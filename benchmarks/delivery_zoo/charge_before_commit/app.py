import httpx
from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Booking(Base):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[int]
    charge: Mapped[str | None]


def application(engine):
    app = FastAPI()

    @app.post("/bookings", status_code=201)
    def book(body: dict, idempotency_key: str = Header()):
        with Session(engine) as db:
            booking = Booking(key=idempotency_key, amount=body["amount"])
            db.add(booking)
            try:
                db.flush()
            except IntegrityError:
                db.rollback()
                return known(db, idempotency_key, body["amount"])
            booking.charge = charge(booking.amount)
            db.commit()
            return {"charge": booking.charge}

    return app


def charge(amount):
    answer = httpx.post("https://psp.test/charges", json={"amount": amount, "currency": "EUR"})
    answer.raise_for_status()
    return answer.json()["id"]


def known(db, key, amount):
    booking = db.scalars(select(Booking).where(Booking.key == key)).one()
    if booking.amount != amount:
        raise HTTPException(422, "this key was used for another amount")
    return {"charge": booking.charge}
