import json

from sqlalchemy import select

from .models import Account, Passage, Session, now

TARIFF = {"north": 240, "bridge": 610}


def on_passage(body: bytes) -> None:
    passage = json.loads(body)
    with Session.begin() as session:
        account = session.get(Account, passage["plate"])
        account.last_seen = now()
        known = session.scalar(select(Passage.id).where(Passage.reference == passage["reference"]))
        if known is not None:
            return
        cents = TARIFF[passage["gate"]]
        account.balance -= cents
        session.add(Passage(cents=cents, **passage))
