from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

TRIES = 5


class Base(DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seats"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    row: Mapped[int]


def application(engine):
    app = FastAPI()
    strict = engine.execution_options(isolation_level="SERIALIZABLE")

    @app.post("/seats", status_code=201)
    def take(body: dict, idempotency_key: str = Header()):
        for _ in range(TRIES):
            try:
                return taken(strict, idempotency_key, body["row"])
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") not in ("40001", "40P01"):
                    raise
        raise HTTPException(503, "busy", {"Retry-After": "1"})

    return app


def taken(engine, key, row):
    with Session(engine) as db, db.begin():
        seat = db.scalars(select(Seat).where(Seat.key == key)).first()
        if seat is None:
            seat = Seat(key=key, row=row)
            db.add(seat)
            db.flush()
        if seat.row != row:
            raise HTTPException(422, "this key was used for another row")
        return {"id": seat.id, "row": seat.row}
