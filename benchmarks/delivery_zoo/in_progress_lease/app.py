import uuid
from datetime import datetime, timedelta, timezone

from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import JSON, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

LEASE = timedelta(seconds=60)


class Base(DeclarativeBase):
    pass


class Request(Base):
    __tablename__ = "requests"
    key: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    held_until: Mapped[datetime]
    payload: Mapped[dict] = mapped_column(JSON)
    answer: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))


class Label(Base):
    __tablename__ = "labels"
    id: Mapped[int] = mapped_column(primary_key=True)
    grams: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/labels", status_code=201)
    def make(body: dict, idempotency_key: str = Header()):
        me = uuid.uuid4().hex
        with Session(engine) as db:
            stored = claim(db, idempotency_key, me, body)
            return stored or made(db, idempotency_key, me, body["grams"])

    return app


def now():
    return datetime.now(timezone.utc).replace(tzinfo=None)


def busy():
    return HTTPException(409, "the same request is in flight", {"Retry-After": "60"})


def claim(db, key, me, payload):
    """The stored answer, or None where the request is mine from now on."""
    db.add(Request(key=key, holder=me, held_until=now() + LEASE, payload=payload))
    try:
        db.commit()
        return None
    except IntegrityError:
        db.rollback()
    request = db.scalars(select(Request).where(Request.key == key)).one()
    if request.payload != payload:
        raise HTTPException(422, "this key was used for another label")
    if request.answer is not None:
        return request.answer
    if request.held_until > now():
        raise busy()
    take_over(db, key, request.holder, {"holder": me, "held_until": now() + LEASE})
    db.commit()
    return None


def take_over(db, key, holder, values):
    """A change that only the named holder's claim allows."""
    mine = (Request.key == key, Request.holder == holder, Request.answer.is_(None))
    if db.execute(update(Request).where(*mine).values(values)).rowcount == 0:
        raise busy()


def made(db, key, me, grams):
    label = Label(grams=grams)
    db.add(label)
    db.flush()
    answer = {"id": label.id, "grams": grams}
    take_over(db, key, me, {"answer": answer})
    db.commit()
    return answer
