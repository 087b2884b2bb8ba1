from flask import Blueprint, abort, jsonify, request

from .db import get_db

bp = Blueprint("invoices", __name__)


class Overpaid(Exception):
    pass


def find(number):
    invoice = get_db().execute("select * from invoices where number = ?", (number,)).fetchone()
    if invoice is None:
        abort(404)
    return invoice


@bp.get("/invoices/<int:number>")
def show(number):
    invoice = find(number)
    paid = get_db().execute("select reference, amount from payments where invoice = ?", (number,))
    return jsonify(number=number, due=invoice["due"], payments=[dict(row) for row in paid])


@bp.post("/invoices/<int:number>/payments")
def pay(number):
    find(number)
    body = request.get_json()
    db = get_db()
    with db:
        fresh = db.execute(
            "insert into payments (invoice, reference, amount) values (?, ?, ?) on conflict (invoice, reference) do nothing",
            (number, body["reference"], body["amount"]),
        ).rowcount
        settle(db, number, body["amount"])
    return jsonify(invoice=number, reference=body["reference"]), 201 if fresh else 200


def settle(db, number, amount):
    done = db.execute("update invoices set due = due - ? where number = ? and due >= ?", (amount, number, amount))
    if done.rowcount == 0:
        raise Overpaid(f"invoice {number} has less than {amount} due")
