import json

import pytest
from django.test import TestCase
from hooks.models import Account
from hooks.signatures import signature

PAID = {"id": "evt_1", "type": "payment.succeeded", "account": "bakery", "amount": 1250}


class PaymentsTest(TestCase):
    def setUp(self):
        Account.objects.create(holder="bakery")

    def send(self, event, signed=None):
        body = json.dumps(event)
        headers = {"X-Signature": signed or signature("payments", body.encode())}
        return self.client.post("/webhooks/payments/", body, content_type="application/json", headers=headers)

    @pytest.mark.idempotent(key="id")
    def test_paid(self):
        self.assertEqual(self.send(PAID).status_code, 204)
        self.assertEqual(self.client.get("/accounts/bakery/").json()["balance"], 1250)

    def test_other_events_are_kept(self):
        self.send({"id": "evt_2", "type": "payment.disputed", "account": "bakery", "amount": 1250})
        self.assertEqual(self.client.get("/accounts/bakery/").json()["balance"], 0)
        expected = [{"id": "evt_2", "kind": "payment.disputed"}]
        self.assertEqual(self.client.get("/events/").json()["events"], expected)

    def test_wrong_signature(self):
        self.assertEqual(self.send(PAID, signed="0" * 64).status_code, 400)
        self.assertEqual(Account.objects.get().balance, 0)


@pytest.mark.django_db
def test_unknown_account(client):
    assert client.get("/accounts/nobody/").status_code == 404
