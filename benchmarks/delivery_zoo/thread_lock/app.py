import threading

from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Voucher(Base):
    __tablename__ = "vouchers"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    amount: Mapped[int]


def application(engine):
    app = FastAPI()
    lock = threading.Lock()

    @app.post("/vouchers", status_code=201)
    def issue(body: dict, idempotency_key: str = Header()):
        with lock, Session(engine) as db:
            voucher = db.scalars(select(Voucher).where(Voucher.key == idempotency_key)).first()
            if voucher is None:
                voucher = Voucher(key=idempotency_key, amount=body["amount"])
                db.add(voucher)
                db.commit()
            if voucher.amount != body["amount"]:
                raise HTTPException(422, "this key was used for another amount")
            return {"id": voucher.id, "amount": voucher.amount}

    return app
