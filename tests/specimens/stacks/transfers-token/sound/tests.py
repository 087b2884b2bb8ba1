import pytest
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from rest_framework.test import APITestCase

from bank.models import Account


class TransferTests(APITestCase):
    def setUp(self):
        self.user = User.objects.create_user("olga")
        Account.objects.bulk_create(
            [Account(iban="AT01", owner=self.user, balance=50_00), Account(iban="AT02", owner=self.user, balance=0)]
        )
        self.client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=self.user).key}")

    def transfer(self, cents, key="c0ffee-1", **changes):
        body = {"source": "AT01", "target": "AT02", "cents": cents, **changes}
        return self.client.post("/api/transfers/", body, format="json", headers={"Idempotency-Key": key})

    def balance(self, iban):
        return self.client.get(f"/api/accounts/{iban}/").json()["balance"]

    @pytest.mark.idempotent
    def test_transfer(self):
        response = self.transfer(12_50)
        assert response.status_code == 201
        assert response.json()["cents"] == 12_50
        assert [self.balance(iban) for iban in ("AT01", "AT02")] == [37_50, 12_50]

    def test_not_enough(self):
        assert self.transfer(50_01).status_code == 409
        assert self.balance("AT01") == 50_00

    def test_same_account(self):
        assert self.transfer(1, target="AT01").status_code == 400

    def test_key_is_required(self):
        assert self.client.post("/api/transfers/", {}, format="json").status_code == 400

    def test_unknown_account(self):
        assert self.client.get("/api/accounts/XX/").status_code == 404

    def test_token_is_required(self):
        self.client.credentials()
        assert self.transfer(1).status_code == 401
