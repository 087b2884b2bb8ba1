from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
SessionLocal = sessionmaker(engine, expire_on_commit=False)
app = FastAPI(title="Gift cards")


class Base(DeclarativeBase):
    pass


class Card(Base):
    __tablename__ = "cards"
    code: Mapped[str] = mapped_column(primary_key=True)
    remaining: Mapped[int]


class Spend(Base):
    __tablename__ = "spends"
    receipt: Mapped[str] = mapped_column(primary_key=True)
    card_code: Mapped[str] = mapped_column(ForeignKey("cards.code"))
    cents: Mapped[int]


class RedeemIn(BaseModel):
    receipt: str
    cents: int = Field(gt=0)


def get_db():
    with SessionLocal() as session:
        yield session


@app.post("/gift-cards/{code}/redeem")
def redeem(code: str, body: RedeemIn, db: Session = Depends(get_db)):
    card = db.get(Card, code)
    if card is None:
        raise HTTPException(404, "no such card")
    if db.get(Spend, body.receipt) is not None:
        return {"code": code, "remaining": card.remaining}
    if card.remaining < body.cents:
        raise HTTPException(409, "balance too low")
    card.remaining -= body.cents
    db.add(Spend(receipt=body.receipt, card_code=code, cents=body.cents))
    try:
        db.commit()
    except IntegrityError:
        db.rollback()
        db.refresh(card)
    return {"code": code, "remaining": card.remaining}


@app.get("/gift-cards/{code}")
def show(code: str, db: Session = Depends(get_db)):
    card = db.get(Card, code)
    if card is None:
        raise HTTPException(404, "no such card")
    return {"code": code, "remaining": card.remaining}
