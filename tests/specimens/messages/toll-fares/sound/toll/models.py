from datetime import datetime, timezone

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Session = sessionmaker(engine)


def now():
    return datetime.now(timezone.utc).replace(tzinfo=None)


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"
    plate: Mapped[str] = mapped_column(primary_key=True)
    balance: Mapped[int]
    last_seen: Mapped[datetime] = mapped_column(default=now)


class Passage(Base):
    __tablename__ = "passages"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    plate: Mapped[str] = mapped_column(ForeignKey("accounts.plate"))
    gate: Mapped[str]
    cents: Mapped[int]
