from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import JSON, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Request(Base):
    __tablename__ = "requests"
    key: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    payload: Mapped[dict] = mapped_column(JSON)
    answer: Mapped[dict | None] = mapped_column(JSON)


class Ticket(Base):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    zones: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/tickets", status_code=201)
    def buy(body: dict, idempotency_key: str = Header()):
        with Session(engine, expire_on_commit=False) as db:
            request = Request(key=idempotency_key, state="running", payload=body)
            db.add(request)
            try:
                db.commit()
            except IntegrityError:
                db.rollback()
                return known(db, idempotency_key, body)
            try:
                return bought(db, request, body["zones"])
            except Exception:
                release(db, idempotency_key)
                raise

    return app


def bought(db, request, zones):
    ticket = Ticket(zones=zones)
    db.add(ticket)
    db.flush()
    request.state, request.answer = "done", {"id": ticket.id, "zones": zones}
    db.commit()
    return request.answer


def release(db, key):
    db.rollback()
    db.execute(delete(Request).where(Request.key == key))
    db.commit()


def known(db, key, payload):
    request = db.scalars(select(Request).where(Request.key == key)).one()
    if request.payload != payload:
        raise HTTPException(422, "this key was used for another ticket")
    if request.state == "running":
        raise HTTPException(409, "the same request is in flight")
    return request.answer
