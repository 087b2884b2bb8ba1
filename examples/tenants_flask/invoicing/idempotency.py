"""Answers kept under the caller's ``Idempotency-Key``."""

from functools import wraps

from flask import abort, g, make_response, request

from .database import connection


def once(view):
    """Carry a request out once, and answer its duplicates with what the first was answered."""

    @wraps(view)
    def guarded(*args, **kwargs):
        key = request.headers.get("Idempotency-Key")
        if not key:
            abort(400, "an Idempotency-Key is needed")
        db, scope = connection(), (g.member["organisation_id"], key)
        known = db.execute("select * from replies where organisation_id = ? and key = ?", scope).fetchone()
        if known:
            return known["body"], known["status"], {"Content-Type": "application/json"}
        answer = make_response(view(*args, **kwargs))
        if answer.status_code == 200:
            db.execute(
                "insert into replies values (?, ?, ?, ?)", (*scope, 200, answer.get_data(as_text=True))
            )
        db.commit()
        return answer

    return guarded
