from flask import Flask, abort, request

from .models import Amendment, Order, Session, now

app = Flask(__name__)


@app.teardown_appcontext
def forget(error=None):
    Session.remove()


@app.route("/orders/<uuid:order_id>", methods=["GET", "PUT"])
def order(order_id):
    order = Session.get(Order, str(order_id)) or abort(404)
    if request.method == "PUT":
        amend(order, request.form)
        Session.commit()
    return {"loaves": order.loaves, "pickup": order.pickup}


def amend(order, form):
    before = f"{order.loaves} for {order.pickup}"
    order.loaves = form.get("loaves", order.loaves, type=int)
    order.pickup = form.get("pickup", order.pickup)
    order.touched = now()
    if not 1 <= order.loaves <= 200:
        abort(400)
    after = f"{order.loaves} for {order.pickup}"
    if before != after:
        Session.add(Amendment(order_id=order.id, text=f"{before} -> {after}"))


@app.get("/orders/<uuid:order_id>/amendments")
def amendments(order_id):
    rows = Amendment.query.filter_by(order_id=str(order_id)).order_by(Amendment.id)
    return {"amendments": [row.text for row in rows]}
