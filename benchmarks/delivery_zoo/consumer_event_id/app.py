from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "events"
    id: Mapped[str] = mapped_column(primary_key=True)


class Meter(Base):
    __tablename__ = "meters"
    number: Mapped[str] = mapped_column(primary_key=True)
    used: Mapped[int]


class Consumer:
    def __init__(self, engine):
        self.engine = engine

    def handle(self, message):
        with Session(self.engine) as db:
            db.add(Event(id=message["event_id"]))
            try:
                db.flush()
            except IntegrityError:
                return
            used = Meter.used + message["units"]
            db.execute(update(Meter).where(Meter.number == message["meter"]).values(used=used))
            db.commit()
