import pytest


@pytest.mark.idempotent
def test_donation(client):
    answer = client.post("/donors/8/bags", json={"barcode": "=A0042", "millilitres": 450})
    assert answer.status_code == 201
    assert answer.json()["blood_group"] == "0-"
    assert client.get("/bank").json() == {"0-": 1350, "B+": 4500}


def test_unknown_donor(client):
    assert client.post("/donors/9/bags", json={"barcode": "=A0043", "millilitres": 450}).status_code == 404
    assert client.get("/bank").json()["0-"] == 900
