import httpx
import pytest
import respx
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from rentals import PROVIDER, Base, Invoice, Invoicing


@pytest.fixture
def engine(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'rentals.db'}")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@respx.mock
@pytest.mark.idempotent(crash=True, key="message.event_id")
def test_a_returned_tool_is_invoiced(prodready, engine):
    respx.post(f"{PROVIDER}/invoices").mock(return_value=httpx.Response(201, json={"number": "R-2031-77"}))
    message = {
        "event_id": "ret-4410",
        "redelivered": False,
        "customer": "K-19",
        "days": 3,
        "cents_a_day": 1450,
    }
    prodready.deliver(Invoicing(engine).on_returned, message)
    with Session(engine) as db:
        assert [(i.number, i.cents) for i in db.scalars(select(Invoice))] == [("R-2031-77", 4350)]
