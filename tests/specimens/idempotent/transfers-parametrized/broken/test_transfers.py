import uuid

import pytest
from fastapi.testclient import TestClient

from transfers import make_app


@pytest.fixture
def bank(tmp_path):
    with TestClient(make_app(str(tmp_path / "bank.db"))) as client:
        yield client


@pytest.mark.idempotent
@pytest.mark.parametrize("source,target,minor", [("A", "B", 2500), ("C", "D", 900)], ids=["euro", "yen"])
def test_transfer_moves_money(bank, source, target, minor):
    res = bank.post(
        "/transfers",
        json={"source": source, "target": target, "minor": minor},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert res.status_code == 201
    assert bank.get(f"/accounts/{target}").json()["minor"] == minor
    assert bank.get(f"/accounts/{source}").json()["minor"] == 10000 - minor
