from fastapi import Depends, FastAPI
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker


class Base(DeclarativeBase):
    pass


class Cart(Base):
    __tablename__ = "carts"
    id: Mapped[str] = mapped_column(primary_key=True)
    lines: Mapped[list["CartLine"]] = relationship(cascade="all, delete-orphan")


class CartLine(Base):
    __tablename__ = "cart_lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[str] = mapped_column(ForeignKey("carts.id"))
    article: Mapped[str]
    price: Mapped[int]


class Purchase(Base):
    __tablename__ = "purchases"
    id: Mapped[int] = mapped_column(primary_key=True)
    from_cart: Mapped[str] = mapped_column(unique=True)
    total: Mapped[int]


Factory = sessionmaker()
app = FastAPI()


def db():
    with Factory() as s:
        yield s


def connect(url):
    engine = create_engine(url)
    Factory.configure(bind=engine)
    Base.metadata.create_all(engine)
    return engine


@app.post("/carts/{cart_id}/checkout")
def checkout(cart_id: str, s: Session = Depends(db)):
    cart = s.get(Cart, cart_id)
    purchase = Purchase(from_cart=cart_id, total=sum(line.price for line in cart.lines))
    s.add(purchase)
    s.delete(cart)
    s.commit()
    return {"purchase": purchase.id, "total": purchase.total}


@app.get("/purchases")
def purchases(s: Session = Depends(db)):
    return {"totals": [p.total for p in s.scalars(select(Purchase))]}
