from fastapi import FastAPI
from sqlalchemy import text, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

FIRST = text("insert into events (id) values (:id) on conflict do nothing")


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "events"
    id: Mapped[str] = mapped_column(primary_key=True)


class Campaign(Base):
    __tablename__ = "campaigns"
    name: Mapped[str] = mapped_column(primary_key=True)
    raised: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/webhooks/pledges")
    def pledged(body: dict):
        with engine.begin() as db:
            if db.execute(FIRST, {"id": body["event_id"]}).rowcount == 0:
                return {"status": "known"}
            raised = Campaign.raised + body["amount"]
            db.execute(update(Campaign).where(Campaign.name == body["campaign"]).values(raised=raised))
        return {"status": "done"}

    return app
