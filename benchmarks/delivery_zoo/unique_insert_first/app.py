from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Card(Base):
    __tablename__ = "cards"
    number: Mapped[str] = mapped_column(primary_key=True)
    credit: Mapped[int]


class TopUp(Base):
    __tablename__ = "top_ups"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    card: Mapped[str]
    amount: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/cards/{number}/top-ups", status_code=201)
    def top_up(number: str, body: dict, idempotency_key: str = Header()):
        with Session(engine) as db:
            made = TopUp(key=idempotency_key, card=number, amount=body["amount"])
            db.add(made)
            try:
                db.flush()
            except IntegrityError:
                db.rollback()
                return known(db, idempotency_key, body["amount"])
            db.execute(update(Card).where(Card.number == number).values(credit=Card.credit + made.amount))
            db.commit()
            return {"id": made.id, "amount": made.amount}

    return app


def known(db, key, amount):
    made = db.scalars(select(TopUp).where(TopUp.key == key)).one()
    if made.amount != amount:
        raise HTTPException(422, "this key was used for another amount")
    return {"id": made.id, "amount": made.amount}
