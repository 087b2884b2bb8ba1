from datetime import datetime, timedelta, timezone

from fastapi import FastAPI
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

KEPT = timedelta(minutes=10)


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "events"
    id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class Refund(Base):
    __tablename__ = "refunds"
    id: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[str]
    amount: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/webhooks/refunds")
    def refunded(body: dict):
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        with Session(engine) as db:
            db.execute(delete(Event).where(Event.seen_at < now - KEPT))
            db.add(Event(id=body["event_id"], seen_at=now))
            try:
                db.flush()
            except IntegrityError:
                return {"status": "known"}
            db.add(Refund(order=body["order"], amount=body["amount"]))
            db.commit()
        return {"status": "done"}

    return app
