from datetime import datetime, timezone

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, scoped_session, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Session = scoped_session(sessionmaker(engine))


def now():
    return datetime.now(timezone.utc).replace(tzinfo=None)


class Base(DeclarativeBase):
    query = Session.query_property()


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[str] = mapped_column(primary_key=True)
    loaves: Mapped[int]
    pickup: Mapped[str]
    touched: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": revision}


class Amendment(Base):
    __tablename__ = "amendments"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id"))
    text: Mapped[str]
