"""Money on the accounts."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from .models import Account


class UnknownAccount(Exception):
    """Nobody holds the account."""


class Overdrawn(Exception):
    """There is less on the account than is to be taken off it."""


def book(db: Session, holder: str, amount: int, *, overdraft: bool = True) -> None:
    """Add an amount to an account; a negative one takes it off. The caller commits."""
    change = update(Account).where(Account.holder == holder).values(balance=Account.balance + amount)
    if not overdraft:
        change = change.where(Account.balance + amount >= 0)
    if not db.execute(change).rowcount:
        raise Overdrawn if db.get(Account, holder) else UnknownAccount
