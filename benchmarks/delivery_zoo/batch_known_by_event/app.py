from sqlalchemy import text, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

FIRST = text("insert into events (id) values (:id) on conflict (id) do nothing")


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "events"
    id: Mapped[str] = mapped_column(primary_key=True)


class Farmer(Base):
    __tablename__ = "farmers"
    name: Mapped[str] = mapped_column(primary_key=True)
    litres: Mapped[int]


class Consumer:
    def __init__(self, engine):
        self.engine = engine

    def handle(self, message):
        # In one order, so that two batches with the same events wait for each other and never both.
        events = sorted(message["events"], key=lambda event: event["event_id"])
        with Session(self.engine) as db:
            for event in events:
                if db.execute(FIRST, {"id": event["event_id"]}).rowcount:
                    litres = Farmer.litres + event["litres"]
                    db.execute(update(Farmer).where(Farmer.name == event["farmer"]).values(litres=litres))
            db.commit()
