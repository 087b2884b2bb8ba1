"""What callers send, and what they are told. Amounts are in cents."""

from pydantic import BaseModel, ConfigDict, PositiveInt


class NewAccount(BaseModel):
    holder: str


class NewPayment(BaseModel):
    account: str
    amount: PositiveInt
    card: str


class NewTransfer(BaseModel):
    reference: str
    sender: str
    receiver: str
    amount: PositiveInt


class Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class AccountShown(Shown):
    holder: str
    balance: int


class PaymentShown(Shown):
    id: int
    account: str
    amount: int
    state: str


class TransferShown(Shown):
    reference: str
    amount: int
