from flask import Flask, abort, request
from sqlalchemy import select

from models import Article, Order, Session

app = Flask(__name__)


def missing():
    abort(404)


@app.post("/orders")
def place():
    key = request.headers.get("Idempotency-Key")
    if not key:
        abort(400, "Idempotency-Key is missing")
    sku, quantity = request.json["sku"], request.json["quantity"]
    if quantity < 1:
        abort(422)
    with Session() as db:
        known = db.scalar(select(Order).filter_by(key=key))
        if known:
            if (known.sku, known.quantity) != (sku, quantity):
                abort(422, "this key was used for another order")
            return known.as_json(), 201
        order = Order(key=key, sku=sku, quantity=quantity)
        db.add(order)
        article = db.get(Article, sku) or missing()
        if article.stock < quantity:
            abort(409, "not that many in stock")
        article.stock -= quantity
        db.commit()
        return order.as_json(), 201


@app.get("/orders/<int:id>")
def show(id):
    with Session() as db:
        order = db.get(Order, id) or missing()
        return order.as_json()


@app.post("/orders/<int:id>/cancel")
def cancel(id):
    with Session() as db:
        order = db.get(Order, id) or missing()
        if order.state != "cancelled":
            order.state = "cancelled"
            db.get(Article, order.sku).stock += order.quantity
        db.commit()
        return order.as_json()
