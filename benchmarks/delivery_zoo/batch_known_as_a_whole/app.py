from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Batch(Base):
    __tablename__ = "batches"
    id: Mapped[str] = mapped_column(primary_key=True)


class Payout(Base):
    __tablename__ = "payouts"
    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    cents: Mapped[int]


class Consumer:
    def __init__(self, engine):
        self.engine = engine

    def handle(self, message):
        with Session(self.engine) as db:
            db.add(Batch(id=message["batch_id"]))
            try:
                db.flush()
            except IntegrityError:
                return
            for event in message["events"]:
                db.add(Payout(event=event["event_id"], cents=event["cents"]))
            db.commit()
