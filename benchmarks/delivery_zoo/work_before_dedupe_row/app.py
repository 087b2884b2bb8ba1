from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "events"
    id: Mapped[str] = mapped_column(primary_key=True)


class Licence(Base):
    __tablename__ = "licences"
    number: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/webhooks/payments")
    def paid(body: dict):
        with Session(engine) as db:
            if db.get(Event, body["event_id"]):
                return {"status": "known"}
            licence = update(Licence).where(Licence.number == body["licence"])
            db.execute(licence.values(days=Licence.days + body["days"]))
            db.commit()
            note(db, body["event_id"])
        return {"status": "done"}

    return app


def note(db, event):
    db.add(Event(id=event))
    try:
        db.commit()
    except IntegrityError:
        db.rollback()
