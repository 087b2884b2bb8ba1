from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Payout(Base):
    __tablename__ = "payouts"
    id: Mapped[str] = mapped_column(primary_key=True)
    cents: Mapped[int]
    status: Mapped[str] = mapped_column(default="pending")


class SeenEvent(Base):
    __tablename__ = "seen_events"
    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]


class Booking(Base):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(primary_key=True)
    payout: Mapped[str]
    cents: Mapped[int]
