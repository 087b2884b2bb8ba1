import pytest
from django.contrib.auth.models import User
from rest_framework.test import APITestCase

from fleet.models import Part, Repair, Vehicle

VIN = "WVWZZZ1JZXW000001"


class RepairTests(APITestCase):
    @classmethod
    def setUpTestData(cls):
        Vehicle.objects.create(vin=VIN)
        Part.objects.create(number="brake-pad", stock=6)
        Part.objects.create(number="disc", stock=1)

    def setUp(self):
        self.client.force_authenticate(User.objects.create(username="garage"))

    def order(self, **needs):
        body = {
            "order_number": "W-2025-81",
            "needs": [{"part": part.replace("_", "-"), "pieces": pieces} for part, pieces in needs.items()],
        }
        return self.client.post(f"/fleet/vehicles/{VIN}/repairs/", body, format="json")

    @pytest.mark.idempotent
    def test_order(self):
        response = self.order(brake_pad=4)
        self.assertEqual(response.status_code, 201, response.content)
        self.assertEqual(Part.objects.get(pk="brake-pad").stock, 2)
        self.assertTrue(self.client.get(f"/fleet/vehicles/{VIN}/").data["out_of_service"])

    def test_out_of_stock(self):
        response = self.order(brake_pad=2, disc=3)
        self.assertEqual(response.status_code, 400)
        self.assertIn("disc", str(response.data["needs"]))

    def test_unknown_part(self):
        self.assertEqual(self.order(wing=1).status_code, 400)
        self.assertFalse(Repair.objects.exists())

    def test_unknown_vehicle(self):
        self.assertEqual(self.client.get("/fleet/vehicles/XX/").status_code, 404)
