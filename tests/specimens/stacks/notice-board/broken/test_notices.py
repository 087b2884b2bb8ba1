import pytest
from django.contrib.auth.models import User
from django.test import TestCase

from notices.models import Notice, Profile, Receipt


class NoticeTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = User.objects.create_user("mila", password="linden")
        Profile.objects.create(user=cls.user)
        cls.notice = Notice.objects.create(title="Fire drill", body="<p>On Monday</p>")
        Receipt.objects.create(notice=cls.notice, user=cls.user)

    def setUp(self):
        self.assertTrue(self.client.login(username="mila", password="linden"))

    def test_read(self):
        self.assertContains(self.client.get(f"/notices/{self.notice.pk}/"), "Fire drill")

    def test_board(self):
        self.assertEqual(
            self.client.get("/notices/").json(), {"notices": [{"notice__title": "Fire drill", "state": "unread"}]}
        )

    @pytest.mark.idempotent
    def test_acknowledge(self):
        response = self.client.post(f"/notices/{self.notice.pk}/acknowledge/")
        self.assertRedirects(response, "/notices/")
        self.assertEqual(Receipt.objects.get().state, "read")

    def test_not_addressed(self):
        Receipt.objects.all().delete()
        self.assertEqual(self.client.post(f"/notices/{self.notice.pk}/acknowledge/").status_code, 404)

    def test_strangers_sign_in_first(self):
        self.client.logout()
        self.assertEqual(self.client.get("/notices/").url, "/login/?next=/notices/")
