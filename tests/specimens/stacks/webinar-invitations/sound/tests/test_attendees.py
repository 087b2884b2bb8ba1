import json
from unittest import mock

import httpx
import pytest
from django.test import TransactionTestCase

from webinars import mail
from webinars.models import Attendee, Webinar


class AttendeesTest(TransactionTestCase):
    def setUp(self):
        Webinar.objects.create(slug="sourdough", title="Sourdough for beginners")
        self.sent = []
        transport = httpx.MockTransport(self.deliver)
        patcher = mock.patch.object(mail, "client", httpx.Client(transport=transport))
        patcher.start()
        self.addCleanup(patcher.stop)

    def deliver(self, request):
        self.sent.append(json.loads(request.content)["to"])
        return httpx.Response(202)

    @pytest.mark.idempotent
    def test_sign_up(self):
        response = self.client.post("/webinars/sourdough/attendees/", {"email": "ivo@example.org", "name": "Ivo"})
        self.assertEqual(response.status_code, 202)
        self.assertEqual(Attendee.objects.get().name, "Ivo")
        self.assertEqual(set(self.sent), {"ivo@example.org"})

    def test_attendees(self):
        Webinar.objects.get().attendees.create(email="a@example.org", name="Ada")
        self.assertEqual(self.client.get("/webinars/sourdough/attendees/").json(), {"attendees": ["Ada"]})

    def test_no_address(self):
        self.assertEqual(self.client.post("/webinars/sourdough/attendees/", {"email": "ivo"}).status_code, 400)
        self.assertEqual(self.sent, [])

    def test_no_webinar(self):
        self.assertEqual(self.client.get("/webinars/rye/attendees/").status_code, 404)
