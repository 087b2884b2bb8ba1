from fastapi import FastAPI, Header
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Payment(Base):
    __tablename__ = "payments"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    amount: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/payments", status_code=201)
    def pay(body: dict, idempotency_key: str = Header()):
        with Session(engine) as db:
            payment = Payment(key=idempotency_key, amount=body["amount"])
            db.add(payment)
            db.commit()
            return {"id": payment.id, "amount": payment.amount}

    return app
