from aiohttp import web
from sqlalchemy import select

from models import Article, Order, Session

routes = web.RouteTableDef()


def found(row):
    if row is None:
        raise web.HTTPNotFound
    return row


@routes.post("/orders")
async def place(request):
    key = request.headers.get("Idempotency-Key")
    if not key:
        raise web.HTTPBadRequest(text="Idempotency-Key is missing")
    body = await request.json()
    sku, quantity = body["sku"], body["quantity"]
    if quantity < 1:
        raise web.HTTPUnprocessableEntity
    with Session() as db:
        known = db.scalar(select(Order).filter_by(key=key))
        if known:
            if (known.sku, known.quantity) != (sku, quantity):
                raise web.HTTPUnprocessableEntity(text="this key was used for another order")
            return web.json_response(known.as_json(), status=201)
        order = Order(key=key, sku=sku, quantity=quantity)
        db.add(order)
        db.commit()
        article = found(db.get(Article, sku))
        if article.stock < quantity:
            raise web.HTTPConflict(text="not that many in stock")
        article.stock -= quantity
        db.commit()
        return web.json_response(order.as_json(), status=201)


@routes.get(r"/orders/{id:\d+}")
async def show(request):
    with Session() as db:
        order = found(db.get(Order, int(request.match_info["id"])))
        order.desk = "read"
        db.commit()
        return web.json_response(order.as_json())


@routes.post(r"/orders/{id:\d+}/cancel")
async def cancel(request):
    with Session() as db:
        order = found(db.get(Order, int(request.match_info["id"])))
        order.state = "cancelled"
        db.get(Article, order.sku).stock += order.quantity
        db.commit()
        return web.json_response(order.as_json())


def application():
    app = web.Application()
    app.add_routes(routes)
    return app
