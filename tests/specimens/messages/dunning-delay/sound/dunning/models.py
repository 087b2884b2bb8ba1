from sqlalchemy import ForeignKey, UniqueConstraint, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool

engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
Session = sessionmaker(engine)


class Base(DeclarativeBase):
    pass


class Invoice(Base):
    __tablename__ = "invoices"
    number: Mapped[str] = mapped_column(primary_key=True)
    due: Mapped[int]


class Notice(Base):
    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("invoice", "step"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice: Mapped[str] = mapped_column(ForeignKey("invoices.number"))
    step: Mapped[int]
    fee: Mapped[int]
