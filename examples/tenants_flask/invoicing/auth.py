"""Who is calling: a bearer token of a member of an organisation."""

from datetime import datetime, timezone
from functools import wraps
from hashlib import sha256

from flask import abort, g, request

from .database import connection


def members_only(view):
    @wraps(view)
    def checked(*args, **kwargs):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            abort(401, "a bearer token is needed")
        db, digest = connection(), sha256(token.encode()).hexdigest()
        g.member = db.execute(
            "select members.* from tokens join members on members.id = member_id where sha256 = ?", (digest,)
        ).fetchone()
        if g.member is None:
            abort(401, "unknown token")
        now = datetime.now(timezone.utc).isoformat()
        db.execute("update tokens set last_used = ? where sha256 = ?", (now, digest))
        db.commit()
        return view(*args, **kwargs)

    return checked
