from datetime import datetime, timezone

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Session = sessionmaker(engine)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Shelf(Base):
    __tablename__ = "shelf"
    sku: Mapped[str] = mapped_column(primary_key=True)
    pieces: Mapped[int] = mapped_column(default=0)
    counted: Mapped[datetime]


class Count(BaseModel):
    pieces: int


@app.put("/stock/{sku}")
def put_stock(sku: str, body: Count):
    now = datetime.now(timezone.utc)
    with Session.begin() as s:
        shelf = s.get(Shelf, sku)
        if shelf is None:
            s.add(Shelf(sku=sku, pieces=body.pieces, counted=now))
        else:
            shelf.pieces += body.pieces
            shelf.counted = now
    return {"sku": sku}


@app.get("/stock/{sku}")
def get_stock(sku: str):
    with Session() as s:
        shelf = s.get(Shelf, sku)
        if shelf is None:
            raise HTTPException(404)
        return {"sku": shelf.sku, "pieces": shelf.pieces}
