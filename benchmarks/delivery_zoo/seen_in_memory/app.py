from fastapi import FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Delivery(Base):
    __tablename__ = "deliveries"
    id: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[str]
    boxes: Mapped[int]


def application(engine):
    app = FastAPI()
    seen = {}

    @app.post("/webhooks/orders")
    def ordered(body: dict):
        if body["event_id"] in seen:
            return seen[body["event_id"]]
        with Session(engine) as db:
            delivery = Delivery(order=body["order"], boxes=body["boxes"])
            db.add(delivery)
            db.commit()
            seen[body["event_id"]] = {"delivery": delivery.id}
        return seen[body["event_id"]]

    return app
