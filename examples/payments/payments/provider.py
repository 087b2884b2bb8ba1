"""The payments provider, over HTTP."""

import httpx

URL = "https://api.psp.example"


class Declined(Exception):
    """The provider refuses the card."""


def charge(card: str, amount: int) -> str:
    """Charge a card, and return the provider's name of the charge."""
    return _ask("POST", "/charges", {"card": card, "amount": amount})["id"]


def refund(charge_id: str) -> None:
    """Give the money of a charge back."""
    _ask("POST", "/refunds", {"charge": charge_id})


def state_of(charge_id: str) -> str:
    """``pending`` until the card's bank has paid, then ``settled``."""
    return _ask("GET", f"/charges/{charge_id}")["state"]


def _ask(method: str, path: str, body: dict | None = None) -> dict:
    answer = httpx.request(method, URL + path, json=body, timeout=5)
    if answer.status_code == 402:
        raise Declined
    return answer.raise_for_status().json()
