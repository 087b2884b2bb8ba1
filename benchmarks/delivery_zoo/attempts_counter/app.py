from sqlalchemy import text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

ARRIVED = text(
    "insert into messages (id, attempts) values (:id, 1) "
    "on conflict (id) do update set attempts = messages.attempts + 1 returning attempts"
)


class Base(DeclarativeBase):
    pass


class Message(Base):
    __tablename__ = "messages"
    id: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int]


class Shift(Base):
    __tablename__ = "shifts"
    id: Mapped[int] = mapped_column(primary_key=True)
    nurse: Mapped[str]
    hours: Mapped[int]


class Consumer:
    def __init__(self, engine):
        self.engine = engine

    def handle(self, message):
        with Session(self.engine) as db:
            if db.scalars(ARRIVED, {"id": message["event_id"]}).one() == 1:
                db.add(Shift(nurse=message["nurse"], hours=message["hours"]))
            db.commit()
