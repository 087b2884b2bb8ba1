import httpx
import pytest
import respx
from sqlalchemy import create_engine

from fees import Base, Fees


@pytest.fixture
def fees(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'fees.db'}")
    Base.metadata.create_all(engine)
    yield Fees(engine)
    engine.dispose()


@respx.mock
@pytest.mark.idempotent(crash=True, key="message.event_id")
def test_fee(prodready, fees):
    respx.post("https://psp.test/charges").mock(return_value=httpx.Response(201, json={}))
    prodready.deliver(fees.handle, {"event_id": "e-1", "cents": 120})
