"""Invoices: numbered within an organisation, drafted, sent, paid."""

from flask import Blueprint, abort, g, jsonify, request

from .auth import members_only
from .database import connection
from .idempotency import once

invoices = Blueprint("invoices", __name__)


@invoices.post("/projects/<int:project>/invoices")
@members_only
@once
def create(project):
    body, db, mine = request.get_json(), connection(), g.member["organisation_id"]
    if not isinstance(body.get("cents"), int) or body["cents"] <= 0:
        abort(422, "an amount in cents is needed")
    if not db.execute(
        "select 1 from projects where id = ? and organisation_id = ?", (project, mine)
    ).fetchone():
        abort(404, "no such project")
    (number,) = db.execute(
        "update organisations set next_invoice = next_invoice + 1 where id = ? returning next_invoice - 1",
        (mine,),
    ).fetchone()
    made = db.execute(
        "insert into invoices (organisation_id, project_id, number, customer, cents) values (?, ?, ?, ?, ?)",
        (mine, project, number, body["customer"], body["cents"]),
    )
    return jsonify(shown(found(made.lastrowid))), 201


@invoices.get("/projects/<int:project>/invoices")
@members_only
def list_of(project):
    rows = connection().execute(
        "select * from invoices where project_id = ? and organisation_id = ? order by number",
        (project, g.member["organisation_id"]),
    )
    return jsonify([shown(row) for row in rows])


@invoices.get("/invoices/<int:invoice>")
@members_only
def show(invoice):
    return jsonify(shown(found(invoice)))


@invoices.get("/invoices/<int:invoice>/document")
@members_only
def document(invoice):
    row = found(invoice)
    with connection() as db:
        db.execute("update invoices set state = 'sent' where id = ? and state = 'draft'", (invoice,))
    text = f"Invoice {row['number']}\n\n{row['customer']}\n{row['cents'] / 100:.2f} EUR\n"
    return text, {"Content-Type": "text/plain; charset=utf-8"}


@invoices.put("/invoices/<int:invoice>/sent")
@members_only
def mark_as_sent(invoice):
    """For those that went out by post."""
    found(invoice)
    with connection() as db:
        db.execute("update invoices set state = 'sent' where id = ? and state = 'draft'", (invoice,))
    return jsonify(shown(found(invoice)))


@invoices.put("/invoices/<int:invoice>/payment")
@members_only
def pay(invoice):
    found(invoice)
    with connection() as db:
        db.execute("update invoices set state = 'paid' where id = ?", (invoice,))
    return jsonify(shown(found(invoice)))


def found(invoice):
    row = connection().execute("select * from invoices where id = ?", (invoice,)).fetchone()
    if row is None:
        abort(404, "no such invoice")
    return row


def shown(row):
    return {name: row[name] for name in ("id", "number", "customer", "cents", "state")}
