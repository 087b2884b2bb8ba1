from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
SessionLocal = sessionmaker(engine)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"
    sku: Mapped[str] = mapped_column(primary_key=True)
    in_stock: Mapped[int]


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int]
    sku: Mapped[str]
    pieces: Mapped[int]


class OrderIn(BaseModel):
    customer_id: int
    sku: str
    pieces: int


def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


def take_from_stock(db: Session, sku: str, pieces: int):
    product = db.get(Product, sku)
    if product is None or product.in_stock < pieces:
        raise HTTPException(409, "not enough stock")
    product.in_stock -= pieces
    db.commit()


@app.post("/orders", status_code=201)
def place(body: OrderIn, db: Session = Depends(get_db)):
    take_from_stock(db, body.sku, body.pieces)
    if db.get(Customer, body.customer_id) is None:
        raise HTTPException(404, "no such customer")
    order = Order(**body.model_dump())
    db.add(order)
    db.commit()
    return {"id": order.id}
