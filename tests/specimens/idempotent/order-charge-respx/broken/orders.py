import httpx
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

PSP = "https://psp.example"
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Maker = sessionmaker(bind=engine)


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    number: Mapped[str] = mapped_column(primary_key=True)
    total: Mapped[int]


class Settlement(Base):
    __tablename__ = "settlements"
    number: Mapped[str] = mapped_column(primary_key=True)
    charge: Mapped[str]


app = FastAPI()


def db():
    s = Maker()
    try:
        yield s
    finally:
        s.close()


@app.post("/orders/{number}/pay")
def pay(number: str, s: Session = Depends(db)):
    order = s.get(Order, number)
    if not order:
        raise HTTPException(404)
    r = httpx.post(f"{PSP}/charges", json={"amount": order.total, "ref": number}, timeout=5)
    r.raise_for_status()
    done = s.get(Settlement, number)
    if done is None:
        done = Settlement(number=number, charge=r.json()["id"])
        s.add(done)
        s.commit()
    return {"order": number, "charge": done.charge}
