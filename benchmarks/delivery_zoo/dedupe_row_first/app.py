from fastapi import FastAPI
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "events"
    id: Mapped[str] = mapped_column(primary_key=True)


class Subscription(Base):
    __tablename__ = "subscriptions"
    number: Mapped[str] = mapped_column(primary_key=True)
    months: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/webhooks/renewals")
    def renewed(body: dict):
        with Session(engine) as db:
            db.add(Event(id=body["event_id"]))
            try:
                db.commit()
            except IntegrityError:
                return {"status": "known"}
            extend = update(Subscription).where(Subscription.number == body["subscription"])
            db.execute(extend.values(months=Subscription.months + body["months"]))
            db.commit()
        return {"status": "done"}

    return app
