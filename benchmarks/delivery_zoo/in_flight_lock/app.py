from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

BRIEFLY = {"sqlite": "pragma busy_timeout = 50", "postgresql": "set local lock_timeout = '50ms'"}


class Base(DeclarativeBase):
    pass


class Invoice(Base):
    __tablename__ = "invoices"
    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    amount: Mapped[int]


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice: Mapped[int]
    text: Mapped[str]


def application(engine):
    app = FastAPI()

    @app.post("/invoices", status_code=201)
    def issue(body: dict, idempotency_key: str = Header()):
        with Session(engine) as db:
            try:
                db.execute(text(BRIEFLY[engine.dialect.name]))
                return issued(db, idempotency_key, body)
            except IntegrityError:
                db.rollback()
                return known(db, idempotency_key, body)
            except OperationalError:
                raise HTTPException(409, "the same request is in flight", {"Retry-After": "1"}) from None

    return app


def issued(db, key, body):
    invoice = Invoice(key=key, amount=body["amount"])
    db.add(invoice)
    db.flush()
    db.add(Line(invoice=invoice.number, text=body["text"]))
    db.commit()
    return {"number": invoice.number, "amount": invoice.amount}


def known(db, key, body):
    invoice = db.scalars(select(Invoice).where(Invoice.key == key)).one()
    if invoice.amount != body["amount"]:
        raise HTTPException(422, "this key was used for another invoice")
    return {"number": invoice.number, "amount": invoice.amount}
