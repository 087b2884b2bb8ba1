from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    pieces: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/orders", status_code=201)
    def place(body: dict, idempotency_key: str = Header()):
        with Session(engine) as db:
            order = db.scalars(select(Order).where(Order.key == idempotency_key)).first()
            if order is None:
                order = Order(key=idempotency_key, pieces=body["pieces"])
                db.add(order)
                db.commit()
            if order.pieces != body["pieces"]:
                raise HTTPException(422, "this key was used for another order")
            return {"id": order.id, "pieces": order.pieces}

    return app
