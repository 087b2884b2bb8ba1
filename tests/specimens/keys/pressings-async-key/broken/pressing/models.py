from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Label(Base):
    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    api_token: Mapped[str] = mapped_column(unique=True)


class Pressing(Base):
    __tablename__ = "pressings"
    id: Mapped[str] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id"))
    title: Mapped[str]
    copies: Mapped[int]


class Answered(Base):
    __tablename__ = "answered"
    key: Mapped[str] = mapped_column(primary_key=True)
    payload_hash: Mapped[str]
    answer: Mapped[str]
