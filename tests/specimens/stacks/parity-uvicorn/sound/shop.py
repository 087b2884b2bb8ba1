from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import select

from models import Article, Order, Session

app = FastAPI()


class OrderIn(BaseModel):
    sku: str
    quantity: int = Field(ge=1)


def missing():
    raise HTTPException(404)


@app.post("/orders", status_code=201)
def place(body: OrderIn, idempotency_key: str | None = Header(None)):
    if not idempotency_key:
        raise HTTPException(400, "Idempotency-Key is missing")
    with Session() as db:
        known = db.scalar(select(Order).filter_by(key=idempotency_key))
        if known:
            if (known.sku, known.quantity) != (body.sku, body.quantity):
                raise HTTPException(422, "this key was used for another order")
            return known.as_json()
        order = Order(key=idempotency_key, sku=body.sku, quantity=body.quantity)
        db.add(order)
        article = db.get(Article, body.sku) or missing()
        if article.stock < body.quantity:
            raise HTTPException(409, "not that many in stock")
        article.stock -= body.quantity
        db.commit()
        return order.as_json()


@app.get("/orders/{id}")
def show(id: int):
    with Session() as db:
        order = db.get(Order, id) or missing()
        return order.as_json()


@app.post("/orders/{id}/cancel")
def cancel(id: int):
    with Session() as db:
        order = db.get(Order, id) or missing()
        if order.state != "cancelled":
            order.state = "cancelled"
            db.get(Article, order.sku).stock += order.quantity
        db.commit()
        return order.as_json()
