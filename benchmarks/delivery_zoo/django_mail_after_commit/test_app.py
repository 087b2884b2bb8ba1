import pytest
from app.models import Complaint


@pytest.mark.django_db(transaction=True)
@pytest.mark.idempotent(concurrent=True, crash=True)
def test_complain(client, mailoutbox):
    answer = client.post(
        "/complaints/",
        {"text": "The lift is out of order."},
        content_type="application/json",
        headers={"Idempotency-Key": "flat-12"},
    )
    assert answer.status_code == 201
    assert Complaint.objects.get().pk == answer.json()["id"]
    assert [mail.body for mail in mailoutbox] == ["The lift is out of order."]
