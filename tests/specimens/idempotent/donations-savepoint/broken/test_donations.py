import pytest

from charity.web import Gift


@pytest.mark.idempotent
def test_donation_is_kept(client, db):
    res = client.post("/donations", json={"form_id": "f-20", "donor": "Noor", "pounds": 15})
    assert res.status_code == 201
    assert res.json()["thanks"] == "Noor"
    assert db.get(Gift, res.json()["gift"]).pounds == 15


def test_starts_empty(db):
    assert db.query(Gift).count() == 0
