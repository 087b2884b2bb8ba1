from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"
    number: Mapped[str] = mapped_column(primary_key=True)
    balance: Mapped[int]


class Entry(Base):
    __tablename__ = "ledger"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    key: Mapped[str]
    amount: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/accounts/{number}/payments", status_code=201)
    def pay(number: str, body: dict, idempotency_key: str = Header()):
        same = (Entry.account == number, Entry.key == idempotency_key)
        with Session(engine) as db:
            entry = db.scalars(select(Entry).where(*same)).first()
            if entry is None:
                account = db.get_one(Account, number)
                account.balance = account.balance - body["amount"]
                entry = Entry(account=number, key=idempotency_key, amount=body["amount"])
                db.add(entry)
                db.commit()
            if entry.amount != body["amount"]:
                raise HTTPException(422, "this key was used for another amount")
            return {"entry": entry.id}

    return app
