import pytest
from app.models import Show


@pytest.mark.django_db(transaction=True)
@pytest.mark.idempotent(concurrent=True, crash=True)
def test_book(client):
    show = Show.objects.create(title="The Seagull", free=40)
    answer = client.post(
        f"/shows/{show.pk}/bookings/",
        {"seats": 3},
        content_type="application/json",
        headers={"Idempotency-Key": "row-9"},
    )
    assert answer.status_code == 201
    assert answer.json()["seats"] == 3
    show.refresh_from_db()
    assert show.free == 37
