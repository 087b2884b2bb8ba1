import pytest


def send(client, kind, number, **more):
    event = {"type": kind, "parcel": number, **more}
    assert client.post("/events", event, content_type="application/json").status_code == 202


@pytest.mark.django_db
@pytest.mark.prodready(skip={"idempotent/duplicate": "only the order is asked here"})
@pytest.mark.idempotent(commutes=True)
def test_a_parcel_travels(client):
    send(client, "announced", "P-1", weight=900)
    send(client, "announced", "P-2", weight=400)
    send(client, "scanned", "P-1", hub="leipzig", sequence=1)
    send(client, "scanned", "P-1", hub="wien", sequence=2)
    assert client.get("/parcels/P-1").json() == {"weight": 900, "hub": "wien", "scans": 2}
