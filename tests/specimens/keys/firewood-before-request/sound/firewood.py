import hashlib
import secrets
import sqlite3
from functools import wraps

from flask import Flask, abort, g, request

SCHEMA = """
create table customers (id integer primary key, name text not null);
create table sessions (sid text primary key, customer integer not null references customers (id));
create table orders (number text primary key, customer integer not null references customers (id),
  cubic_metres integer not null, wood text not null);
create table replies (customer integer not null references customers (id), key text not null,
  digest text not null, status integer not null, body text not null, primary key (customer, key));
"""


def create_app(path):
    app = Flask(__name__)

    def db():
        if "db" not in g:
            g.db = sqlite3.connect(path)
            g.db.row_factory = sqlite3.Row
        return g.db

    def key():
        return request.headers.get("Idempotency-Key") if request.method == "POST" else None

    def digest():
        return hashlib.sha256(request.get_data()).hexdigest()

    def who():
        return db().execute(
            "select c.id, c.name from sessions s join customers c on c.id = s.customer where s.sid = ?",
            (request.cookies.get("sid"),),
        ).fetchone()

    def login_required(view):
        @wraps(view)
        def checked(*args, **kwargs):
            if g.customer is None:
                abort(401)
            return view(*args, **kwargs)

        return checked

    @app.before_request
    def replay():
        g.customer = who()
        if not key() or g.customer is None:
            return None
        known = db().execute(
            "select * from replies where customer = ? and key = ?", (g.customer["id"], key())
        ).fetchone()
        if known is None:
            return None
        g.replayed = True
        if known["digest"] != digest():
            return {"error": "this key was used for another order"}, 422
        return app.response_class(known["body"], known["status"], mimetype="application/json")

    @app.after_request
    def keep(response):
        if request.method == "POST" and response.status_code < 300 and "replayed" not in g:
            if key():
                db().execute(
                    "insert into replies (customer, key, digest, status, body) values (?, ?, ?, ?, ?)",
                    (g.customer["id"], key(), digest(), response.status_code, response.get_data(as_text=True)),
                )
            db().commit()
        return response

    @app.teardown_request
    def close(error):
        if "db" in g:
            g.pop("db").close()

    @app.post("/orders")
    @login_required
    def order():
        wish = request.get_json()
        if wish["cubic_metres"] < 1:
            abort(400)
        number = f"F-{secrets.token_hex(4)}"
        db().execute(
            "insert into orders (number, customer, cubic_metres, wood) values (?, ?, ?, ?)",
            (number, g.customer["id"], wish["cubic_metres"], wish["wood"]),
        )
        return {"number": number, "for": g.customer["name"]}, 201

    @app.get("/orders")
    @login_required
    def orders():
        rows = db().execute("select number from orders where customer = ?", (g.customer["id"],))
        return {"orders": [row["number"] for row in rows]}

    return app
