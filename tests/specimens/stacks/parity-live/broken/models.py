from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Session = sessionmaker(engine)


class Base(DeclarativeBase):
    pass


class Article(Base):
    __tablename__ = "articles"
    sku: Mapped[str] = mapped_column(primary_key=True)
    stock: Mapped[int]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    sku: Mapped[str]
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(default="placed")
    desk: Mapped[str] = mapped_column(default="new")

    def as_json(self):
        return {"id": self.id, "sku": self.sku, "quantity": self.quantity, "state": self.state}
