import hashlib
import json
from functools import wraps

from flask import Flask, abort, current_app, request
from sqlalchemy import CheckConstraint, ForeignKey, create_engine, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Wallet(Base):
    __tablename__ = "wallets"
    __table_args__ = (CheckConstraint("cents >= 0"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cents: Mapped[int]


class Movement(Base):
    __tablename__ = "movements"
    id: Mapped[int] = mapped_column(primary_key=True)
    wallet: Mapped[int] = mapped_column(ForeignKey("wallets.id"))
    cents: Mapped[int]


class Reply(Base):
    __tablename__ = "replies"
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    body: Mapped[str]


def fingerprint():
    return hashlib.sha256(request.get_data()).hexdigest()


def keyed(view):
    """Carry out a view once for each Idempotency-Key, in one transaction with its reply."""

    @wraps(view)
    def once(**parameters):
        key = request.headers.get("Idempotency-Key")
        if not key:
            abort(400, "Idempotency-Key is required")
        with Session(current_app.config["ENGINE"]) as db, db.begin():
            known = db.get(Reply, key)
            if known is not None:
                if known.fingerprint != fingerprint():
                    abort(422, "this key was used for another request")
                return json.loads(known.body), known.status
            body = view(db, **parameters)
            db.add(Reply(key=key, fingerprint=fingerprint(), status=201, body=json.dumps(body)))
        return body, 201

    return once


def amount():
    cents = request.get_json().get("cents")
    if not isinstance(cents, int) or cents <= 0:
        abort(400, "cents must be a positive whole number")
    return cents


def move(db, wallet_id, cents):
    changed = db.execute(
        update(Wallet).where(Wallet.id == wallet_id, Wallet.cents + cents >= 0).values(cents=Wallet.cents + cents)
    )
    if changed.rowcount == 0:
        abort(409, "no such wallet, or not enough in it")
    movement = Movement(wallet=wallet_id, cents=cents)
    db.add(movement)
    db.flush()
    return {"movement": movement.id, "cents": cents}


def create_app(url):
    app = Flask(__name__)
    app.config["ENGINE"] = create_engine(url)
    Base.metadata.create_all(app.config["ENGINE"])

    @app.post("/wallets/<int:wallet_id>/deposits")
    @keyed
    def deposit(db, wallet_id):
        return move(db, wallet_id, amount())

    @app.post("/wallets/<int:wallet_id>/withdrawals")
    @keyed
    def withdraw(db, wallet_id):
        return move(db, wallet_id, -amount())

    @app.get("/wallets/<int:wallet_id>")
    def show(wallet_id):
        with Session(app.config["ENGINE"]) as db:
            wallet = db.get(Wallet, wallet_id)
            return {"cents": wallet.cents} if wallet else abort(404)

    return app
