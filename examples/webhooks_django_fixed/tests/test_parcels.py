import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.idempotent
def test_parcel_moves(send, client):
    response = send("parcels", {"number": "P-1", "status": "in transit"})
    assert response.status_code == 200
    assert client.get("/parcels/P-1/").json() == {"number": "P-1", "status": "in transit"}


def test_parcel_arrives(send):
    send("parcels", {"number": "P-1", "status": "in transit"})
    assert send("parcels", {"number": "P-1", "status": "delivered"}).json()["status"] == "delivered"


def test_unknown_status(send):
    response = send("parcels", {"number": "P-2", "status": "eaten by the dog"})
    assert response.status_code == 400
    assert "status" in response.json()


def test_wrong_signature(send, client):
    assert send("parcels", {"number": "P-3", "status": "delivered"}, signed="0" * 64).status_code == 400
    assert client.get("/parcels/P-3/").status_code == 404
