from datetime import datetime, timezone

from fastapi import FastAPI
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


def now():
    return datetime.now(timezone.utc).replace(tzinfo=None)


class Base(DeclarativeBase):
    pass


class Event(Base):
    """What was received, for support."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    kind: Mapped[str]
    outcome: Mapped[str]
    received_at: Mapped[datetime] = mapped_column(default=now)


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)


class Subscription(Base):
    __tablename__ = "subscriptions"
    reference: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    plan: Mapped[str]
    status: Mapped[str]
    seen_at: Mapped[datetime] = mapped_column(default=now)


def application(engine):
    app = FastAPI()

    @app.post("/webhooks/billing")
    def billing(event: dict):
        with Session(engine) as db:
            outcome = apply(db, event)
            db.add(Event(event=event["id"], kind=event["type"], outcome=outcome))
            db.commit()
        return {"outcome": outcome}

    @app.get("/subscriptions/{reference}")
    def show(reference: str):
        with Session(engine) as db:
            found = db.get(Subscription, reference)
            return {"status": found.status if found else "none"}

    return app


def customer(db, reference):
    found = db.query(Customer).filter_by(reference=reference).first()
    if found is None:
        found = Customer(reference=reference)
        db.add(found)
        db.flush()
    return found


def apply(db, event):
    data = event["data"]
    known = db.get(Subscription, data["reference"])
    if event["type"] == "subscription.deleted":
        if known is None:
            return "ignored"
        db.delete(known)
        return "applied"
    if known is not None:
        return "ignored"
    owner = customer(db, data["customer"])
    db.add(
        Subscription(reference=data["reference"], customer_id=owner.id, plan=data["plan"], status="active")
    )
    return "applied"
