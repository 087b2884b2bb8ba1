from decimal import Decimal

import pytest
from django.urls import reverse

from permits.models import Permit, Zone

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone():
    return Zone.objects.create(slug="old-town", yearly_fee=Decimal("30.70"))


def issue(client, zone, plate):
    url = reverse("permits:issue", args=[zone.pk])
    return client.post(url, {"plate": plate}, content_type="application/json")


@pytest.mark.idempotent
def test_issue(client, zone):
    response = issue(client, zone, "b-xy123")
    assert response.status_code == 201
    assert response.json()["plate"] == "B-XY123"
    assert response.json()["fee"] == "30.70"


def test_show(client, zone):
    permit = Permit.objects.create(zone=zone, plate="B-1A", fee=1)
    assert client.get(f"/parking/permits/{permit.pk}/").json() == {"id": permit.pk, "plate": "B-1A", "fee": "1.00"}


@pytest.mark.parametrize("plate", ["", "123", "B-"])
def test_strange_plates(client, zone, plate):
    assert issue(client, zone, plate).status_code == 400
    assert not zone.permits.exists()


def test_unknown_zone(client):
    response = client.post("/parking/zones/moon/permits/", {"plate": "B-X1"}, content_type="application/json")
    assert response.status_code == 404
