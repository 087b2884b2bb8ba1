import pytest
from django.test import TestCase

from depot.models import Arrival, Bay


class CarrierHookTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        Bay.objects.create(code="B4")

    def send(self, body, delivery):
        return self.client.post(
            "/hooks/carrier/", body, content_type="application/json", headers={"X-Delivery-Id": delivery}
        )

    @pytest.mark.idempotent(key="event.id")
    def test_a_parcel_arrives(self):
        answer = self.send(
            {
                "event": {"id": "ev-90017", "kind": "parcel.arrived"},
                "parcel": {"tracking": "JJD0001452", "bay": "B4"},
            },
            delivery="01JX3V9Q6E-1",
        )
        self.assertEqual(answer.status_code, 204)
        self.assertEqual(Bay.objects.get(pk="B4").parcels, 1)

    def test_no_event(self):
        self.assertEqual(self.send({}, delivery="01JX3V9Q6F-1").status_code, 400)
        self.assertFalse(Arrival.objects.exists())
