import httpx
from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Donation(Base):
    __tablename__ = "donations"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[int]
    charge: Mapped[str]


def application(engine):
    app = FastAPI()

    @app.post("/donations", status_code=201)
    def donate(body: dict, idempotency_key: str = Header()):
        with Session(engine) as db:
            donation = find(db, idempotency_key)
            if donation is None:
                donation = donated(db, idempotency_key, body["amount"])
            if donation.amount != body["amount"]:
                raise HTTPException(422, "this key was used for another amount")
            return {"charge": donation.charge}

    return app


def find(db, key):
    return db.scalars(select(Donation).where(Donation.key == key)).first()


def donated(db, key, amount):
    answer = httpx.post(
        "https://psp.test/charges", json={"amount": amount}, headers={"Idempotency-Key": f"donation-{key}"}
    )
    answer.raise_for_status()
    donation = Donation(key=key, amount=amount, charge=answer.json()["id"])
    db.add(donation)
    try:
        db.commit()
    except IntegrityError:
        db.rollback()
        return find(db, key)
    return donation
