"""Tables, and the database that holds them."""

from collections.abc import Iterator

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"

    holder: Mapped[str] = mapped_column(primary_key=True)
    balance: Mapped[int] = mapped_column(default=0)


class Payment(Base):
    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey(Account.holder))
    amount: Mapped[int]
    charge: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    fingerprint: Mapped[str]


class Transfer(Base):
    __tablename__ = "transfers"

    reference: Mapped[str] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(ForeignKey(Account.holder))
    receiver: Mapped[str] = mapped_column(ForeignKey(Account.holder))
    amount: Mapped[int]


def session() -> Iterator[Session]:
    with Session(engine) as db:
        yield db
