import pytest
from app.models import Nest


@pytest.mark.django_db(transaction=True)
@pytest.mark.idempotent(concurrent=True, crash=True, key="event_id")
def test_seen(client):
    nest = Nest.objects.create(place="Old oak")
    event = {"event_id": "evt-2", "eggs": 3}
    answer = client.post(f"/nests/{nest.pk}/sightings/", event, content_type="application/json")
    assert answer.status_code == 200
    nest.refresh_from_db()
    assert nest.eggs == 3
