import pytest
from app.models import Vote


@pytest.mark.django_db(transaction=True)
@pytest.mark.idempotent(concurrent=True, crash=True)
def test_vote(client):
    answer = client.post(
        "/votes/", {"choice": 2}, content_type="application/json", headers={"Idempotency-Key": "voter-1"}
    )
    assert answer.status_code == 201
    assert answer.json()["choice"] == 2
    assert Vote.objects.get().choice == 2
