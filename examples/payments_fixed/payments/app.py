"""The routes."""

from hashlib import sha256
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from . import ledger, provider
from .models import Account, Payment, Transfer, session
from .schemas import AccountShown, NewAccount, NewPayment, NewTransfer, PaymentShown, TransferShown

Database = Annotated[Session, Depends(session)]
Key = Annotated[str, Header(alias="Idempotency-Key")]

REFUSALS = {
    ledger.UnknownAccount: (404, "no such account"),
    ledger.Overdrawn: (409, "not enough on the account"),
    IntegrityError: (409, "exists already"),
    provider.Declined: (402, "the card was declined"),
    httpx.HTTPError: (502, "the payments provider did not answer"),
}


def refuse(request: Request, error: Exception) -> JSONResponse:
    status, detail = next(answer for kind, answer in REFUSALS.items() if isinstance(error, kind))
    return JSONResponse({"detail": detail}, status)


app = FastAPI(title="Payments", exception_handlers=dict.fromkeys(REFUSALS, refuse))


@app.post("/accounts", status_code=201, response_model=AccountShown)
def open_account(wanted: NewAccount, db: Database):
    account = Account(holder=wanted.holder)
    db.add(account)
    db.commit()
    return account


@app.get("/accounts/{holder}", response_model=AccountShown)
def show_account(holder: str, db: Database):
    account = db.get(Account, holder)
    if account is None:
        raise ledger.UnknownAccount
    return account


@app.post("/payments", status_code=201, response_model=PaymentShown)
def pay(wanted: NewPayment, key: Key, db: Database):
    fingerprint = sha256(wanted.model_dump_json().encode()).hexdigest()
    if earlier := paid(db, key, fingerprint):
        return earlier
    if db.get(Account, wanted.account) is None:
        raise ledger.UnknownAccount
    charge = provider.charge(wanted.card, wanted.amount, key=f"payment-{key}")
    payment = Payment(
        account=wanted.account,
        amount=wanted.amount,
        charge=charge,
        idempotency_key=key,
        fingerprint=fingerprint,
    )
    try:
        db.add(payment)
        ledger.book(db, wanted.account, wanted.amount)
        db.commit()
    except IntegrityError:
        # The same request, delivered at the same time, was faster.
        db.rollback()
        return paid(db, key, fingerprint)
    return payment


@app.get("/payments", response_model=list[PaymentShown])
def list_payments(account: str, db: Database):
    return db.scalars(select(Payment).where(Payment.account == account).order_by(Payment.id)).all()


@app.get("/payments/{number}", response_model=PaymentShown)
def show_payment(number: int, db: Database):
    payment = found(db, number)
    shown = PaymentShown.model_validate(payment)
    if payment.state == "pending":
        shown.state = provider.state_of(payment.charge)
    return shown


@app.post("/payments/{number}/refund", response_model=PaymentShown)
def refund(number: int, db: Database):
    payment = found(db, number)
    unrefunded = update(Payment).where(Payment.id == number, Payment.state != "refunded")
    if not db.execute(unrefunded.values(state="refunded")).rowcount:
        raise HTTPException(409, "refunded already")
    provider.refund(payment.charge)
    ledger.book(db, payment.account, -payment.amount)
    db.commit()
    return payment


@app.post("/transfers", status_code=201, response_model=TransferShown)
def transfer(wanted: NewTransfer, db: Database):
    made = Transfer(**wanted.model_dump())
    db.add(made)
    ledger.book(db, wanted.sender, -wanted.amount, overdraft=False)
    ledger.book(db, wanted.receiver, wanted.amount)
    db.commit()
    return made


@app.post("/settlements", status_code=204)
def settle(db: Database):
    """For the scheduler: ask the provider about every pending payment."""
    for payment in db.scalars(select(Payment).where(Payment.state == "pending")).all():
        pending = update(Payment).where(Payment.id == payment.id, Payment.state == "pending")
        db.execute(pending.values(state=provider.state_of(payment.charge)))
    db.commit()


def paid(db: Session, key: str, fingerprint: str) -> Payment | None:
    """The payment made under a key, by the same request."""
    payment = db.scalar(select(Payment).where(Payment.idempotency_key == key))
    if payment is not None and payment.fingerprint != fingerprint:
        raise HTTPException(422, "this key was used for another payment")
    return payment


def found(db: Session, number: int) -> Payment:
    payment = db.get(Payment, number)
    if payment is None:
        raise HTTPException(404, "no such payment")
    return payment
