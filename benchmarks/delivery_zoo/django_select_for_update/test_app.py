import pytest
from app.models import Wallet


@pytest.mark.django_db(transaction=True)
@pytest.mark.idempotent(concurrent=True, crash=True)
def test_ride(client):
    Wallet.objects.create(holder="Lena", cents=1000)
    answer = client.post(
        "/wallets/Lena/rides/",
        {"cents": 280},
        content_type="application/json",
        headers={"Idempotency-Key": "tram-1"},
    )
    assert answer.status_code == 201
    assert answer.json()["cents"] == 280
    assert Wallet.objects.get().cents == 720
