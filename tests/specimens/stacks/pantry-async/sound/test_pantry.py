import pytest
from django.test import TestCase

from pantry.models import Pantry


class DonationTests(TestCase):
    def setUp(self):
        Pantry.objects.create(town="Graz", kilos=120)

    async def donate(self, **body):
        return await self.async_client.post("/pantries/Graz/donations/", body, content_type="application/json")

    @pytest.mark.idempotent
    async def test_donate(self):
        response = await self.donate(receipt="GZ-5", kilos=14)
        self.assertEqual(response.status_code, 201)
        pantry = await Pantry.objects.aget()
        self.assertEqual(pantry.kilos, 134)

    async def test_show(self):
        await self.donate(receipt="GZ-6", kilos=2)
        page = await self.async_client.get("/pantries/Graz/")
        self.assertEqual(page.json(), {"kilos": 122, "receipts": ["GZ-6"]})

    async def test_nothing_donated(self):
        self.assertEqual((await self.donate(receipt="GZ-7", kilos=0)).status_code, 422)

    async def test_no_pantry(self):
        self.assertEqual((await self.async_client.get("/pantries/Atlantis/")).status_code, 404)
