from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    balance: Mapped[int]


class Withdrawal(Base):
    __tablename__ = "withdrawals"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str]
    amount: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/accounts/{number}/withdrawals", status_code=201)
    def withdraw(number: int, body: dict, idempotency_key: str = Header()):
        with Session(engine) as db, db.begin():
            account = db.scalars(select(Account).where(Account.id == number).with_for_update()).one()
            same = (Withdrawal.account_id == number, Withdrawal.key == idempotency_key)
            made = db.scalars(select(Withdrawal).where(*same)).first()
            if made is None:
                made = withdrawn(db, account, idempotency_key, body["amount"])
            if made.amount != body["amount"]:
                raise HTTPException(422, "this key was used for another amount")
            return {"id": made.id, "amount": made.amount}

    return app


def withdrawn(db, account, key, amount):
    if account.balance < amount:
        raise HTTPException(402, "not enough money")
    account.balance -= amount
    made = Withdrawal(account_id=account.id, key=key, amount=amount)
    db.add(made)
    db.flush()
    return made
