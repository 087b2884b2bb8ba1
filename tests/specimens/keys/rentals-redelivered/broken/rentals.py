import httpx
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PROVIDER = "https://invoices.test"


class Base(DeclarativeBase):
    pass


class Invoice(Base):
    __tablename__ = "invoices"
    event_id: Mapped[str] = mapped_column(primary_key=True)
    customer: Mapped[str]
    cents: Mapped[int]
    number: Mapped[str]


class Invoicing:
    def __init__(self, engine):
        self.engine = engine

    def on_returned(self, message):
        """A tool came back: write the invoice."""
        if message["redelivered"]:
            return  # the first delivery has seen to it
        cents = message["days"] * message["cents_a_day"]
        with Session(self.engine) as db:
            if db.get(Invoice, message["event_id"]):
                return
            answer = httpx.post(
                f"{PROVIDER}/invoices",
                json={"customer": message["customer"], "cents": cents},
                headers={"Idempotency-Key": message["event_id"]},
            )
            answer.raise_for_status()
            db.add(
                Invoice(
                    event_id=message["event_id"],
                    customer=message["customer"],
                    cents=cents,
                    number=answer.json()["number"],
                )
            )
            db.commit()
