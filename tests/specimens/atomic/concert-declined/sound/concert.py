import httpx
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

CARDS = "https://cards.example/authorizations"


class Base(DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seats"
    label: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str | None]


class Attempt(Base):
    __tablename__ = "card_attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    buyer: Mapped[str]
    outcome: Mapped[str]


class Buy(BaseModel):
    label: str
    buyer: str


def create(engine):
    Base.metadata.create_all(engine)
    app = FastAPI()

    def session():
        with Session(engine) as s:
            yield s

    @app.post("/seats/buy", status_code=201)
    def buy(b: Buy, s: Session = Depends(session)):
        seat = s.get(Seat, b.label)
        if seat is None or seat.holder:
            raise HTTPException(409, "seat not free")
        r = httpx.post(CARDS, json={"who": b.buyer, "amount": 8000})
        paid = r.status_code == 201
        s.add(Attempt(label=b.label, buyer=b.buyer, outcome="paid" if paid else "declined"))
        if paid:
            seat.holder = b.buyer
        s.commit()
        if not paid:
            raise HTTPException(402, "card declined")
        return {"seat": b.label}

    return app


def make_engine(path):
    return create_engine(f"sqlite:///{path}")
