"""Answers kept under the caller's ``Idempotency-Key``."""

from functools import wraps
from hashlib import sha256

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
        fingerprint = sha256(request.path.encode() + b"\n" + request.get_data()).hexdigest()
        db.execute("begin immediate")
        known = db.execute("select * from replies where organisation_id = ? and key = ?", scope).fetchone()
        if known:
            db.rollback()
            if known["request"] != fingerprint:
                abort(422, "this key was used for another request")
            return known["body"], known["status"], {"Content-Type": "application/json"}
        answer = make_response(view(*args, **kwargs))
        if answer.status_code < 300:
            kept = (*scope, fingerprint, answer.status_code, answer.get_data(as_text=True))
            db.execute("insert into replies values (?, ?, ?, ?, ?)", kept)
            db.commit()
        return answer

    return guarded
