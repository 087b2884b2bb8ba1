import pytest

pytestmark = [pytest.mark.asyncio, pytest.mark.idempotent]


async def test_top_up_adds_coins(api):
    r = await api.post("/wallets/mira/top-ups", json={"transfer": "sepa-831", "coins": 25})
    assert r.status_code == 201
    assert r.json()["coins"] == 35
