from fastapi import FastAPI, Header, HTTPException
from sqlalchemy import UniqueConstraint, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Account(Base):
    __tablename__ = "accounts"
    number: Mapped[str] = mapped_column(primary_key=True)
    balance: Mapped[int]


class Entry(Base):
    __tablename__ = "ledger"
    __table_args__ = (UniqueConstraint("account", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    key: Mapped[str]
    amount: Mapped[int]


def application(engine):
    app = FastAPI()

    @app.post("/accounts/{number}/debits", status_code=201)
    async def debit(number: str, body: dict, idempotency_key: str = Header()):
        amount = body["amount"]
        async with AsyncSession(engine, expire_on_commit=False) as db:
            entry = Entry(account=number, key=idempotency_key, amount=amount)
            db.add(entry)
            try:
                await db.flush()
            except IntegrityError:
                await db.rollback()
                return await known(db, number, idempotency_key, amount)
            enough = (Account.number == number, Account.balance >= amount)
            taken = await db.execute(update(Account).where(*enough).values(balance=Account.balance - amount))
            if taken.rowcount == 0:
                raise HTTPException(402, "not enough money")
            await db.commit()
            return {"entry": entry.id}

    return app


async def known(db, number, key, amount):
    entry = (await db.scalars(select(Entry).where(Entry.account == number, Entry.key == key))).one()
    if entry.amount != amount:
        raise HTTPException(422, "this key was used for another amount")
    return {"entry": entry.id}
