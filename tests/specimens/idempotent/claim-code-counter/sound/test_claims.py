import pytest
from fastapi.testclient import TestClient

from claims import Base, Db, Voucher, app, engine

client = TestClient(app)


def setup_function(function):
    Base.metadata.create_all(engine)


def teardown_function(function):
    Base.metadata.drop_all(engine)


@pytest.mark.idempotent
def test_issue_voucher():
    res = client.post("/vouchers", json={"guest": "Ove", "nights": 2}, headers={"Idempotency-Key": "desk4-0007"})
    assert res.status_code == 201
    assert res.json()["nights"] == 2
    with Db() as s:
        assert s.get(Voucher, res.json()["voucher"]).guest == "Ove"
