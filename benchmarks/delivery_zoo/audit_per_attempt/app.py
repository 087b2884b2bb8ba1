from datetime import datetime, timezone

from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Attempt(Base):
    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str]


class Transfer(Base):
    __tablename__ = "transfers"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    cents: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/transfers", status_code=201)
    def transfer(body: dict, idempotency_key: str = Header()):
        audit(engine, f"transfer of {body['cents']}")
        with Session(engine) as db:
            made = Transfer(key=idempotency_key, cents=body["cents"])
            db.add(made)
            try:
                db.commit()
            except IntegrityError:
                db.rollback()
                made = db.scalars(select(Transfer).where(Transfer.key == idempotency_key)).one()
            if made.cents != body["cents"]:
                raise HTTPException(422, "this key was used for another amount")
            return {"id": made.id, "cents": made.cents}

    return app


def audit(engine, what):
    with Session(engine) as db:
        db.add(Attempt(at=datetime.now(timezone.utc).replace(tzinfo=None), what=what))
        db.commit()
