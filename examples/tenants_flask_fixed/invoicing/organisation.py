"""An organisation's members and projects."""

import sqlite3

from flask import Blueprint, abort, g, jsonify, request

from .auth import members_only
from .database import connection

organisation = Blueprint("organisation", __name__)


@organisation.post("/members")
@members_only
def invite():
    email = request.get_json().get("email", "")
    if "@" not in email:
        abort(422, "an e-mail address is needed")
    with connection() as db:
        db.execute("begin immediate")
        taken, seats = seats_of(db, g.member["organisation_id"])
        if taken >= seats:
            return jsonify(error="no seat is left in your plan"), 402
        member = add_member(db, g.member["organisation_id"], email)
    return jsonify(id=member, email=email), 201


@organisation.get("/members")
@members_only
def members():
    rows = connection().execute(
        "select id, email from members where organisation_id = ? order by id", (g.member["organisation_id"],)
    )
    return jsonify([dict(row) for row in rows])


@organisation.post("/projects")
@members_only
def create_project():
    name = request.get_json().get("name", "").strip()
    if not name:
        abort(422, "a name is needed")
    db = connection()
    try:
        with db:
            made = db.execute(
                "insert into projects (organisation_id, name) values (?, ?)",
                (g.member["organisation_id"], name),
            )
    except sqlite3.IntegrityError:
        abort(409, "there is a project of that name")
    return jsonify(id=made.lastrowid, name=name), 201


@organisation.get("/projects")
@members_only
def projects():
    rows = connection().execute(
        "select id, name from projects where organisation_id = ? order by id", (g.member["organisation_id"],)
    )
    return jsonify([dict(row) for row in rows])


def add_member(db, organisation_id, email):
    try:
        return db.execute(
            "insert into members (organisation_id, email) values (?, ?)", (organisation_id, email)
        ).lastrowid
    except sqlite3.IntegrityError:
        abort(409, "is a member already")


def seats_of(db, organisation_id):
    """Seats that are taken, and seats that are paid for."""
    return db.execute(
        "select (select count(*) from members where organisation_id = organisations.id), seats"
        " from organisations where id = ?",
        (organisation_id,),
    ).fetchone()
