import pytest
from app.models import Invitation


@pytest.mark.django_db(transaction=True)
@pytest.mark.idempotent(concurrent=True, crash=True)
def test_invite(client, mailoutbox):
    answer = client.post(
        "/invitations/",
        {"address": "guest@example.org"},
        content_type="application/json",
        headers={"Idempotency-Key": "party-4"},
    )
    assert answer.status_code == 201
    assert Invitation.objects.get().address == "guest@example.org"
    assert [mail.to for mail in mailoutbox] == [["guest@example.org"]]
