import pytest
from django.test import TestCase

from .models import Show, Voucher

REF = "0b8a4f52-6d7a-4a37-8a7b-5f4f6c1f0a11"


class BookingTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.show = Show.objects.create(title="The Seagull", free=6)
        Voucher.objects.create(code="SPRING")

    def book(self, **form):
        return self.client.post(f"/shows/{self.show.pk}/book/", {"ref": REF, **form})

    @pytest.mark.idempotent
    def test_three_seats(self):
        response = self.book(seats=3)
        self.assertRedirects(response, f"/bookings/{REF}/")
        self.show.refresh_from_db()
        self.assertEqual(self.show.free, 3)

    @pytest.mark.idempotent
    def test_with_a_voucher(self):
        self.assertRedirects(self.book(seats=2, voucher="SPRING"), f"/bookings/{REF}/", fetch_redirect_response=False)
        self.assertTrue(Voucher.objects.get().used)
        self.assertContains(self.client.get(f"/bookings/{REF}/"), "The Seagull, 4 left")

    def test_unknown_voucher(self):
        self.assertEqual(self.book(seats=2, voucher="WINTER").status_code, 409)

    def test_sold_out(self):
        self.assertContains(self.book(seats=7), "not that many", status_code=409)

    def test_not_in_groups(self):
        self.assertEqual(self.book(seats=11).status_code, 400)

    def test_no_such_show(self):
        self.assertEqual(self.client.post("/shows/0/book/", {"ref": REF, "seats": 1}).status_code, 404)
