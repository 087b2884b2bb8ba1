import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.test import LiveServerTestCase

from shop.models import Article

ORDER = {"sku": "lamp", "quantity": 2}


class ShopTests(LiveServerTestCase):
    def setUp(self):
        Article.objects.create(sku="lamp", stock=20)

    def ask(self, method, path, body=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.live_server_url + path, data, headers, method=method)
        try:
            with urlopen(request, timeout=5) as answer:
                return answer.status, json.load(answer)
        except HTTPError as refused:
            with refused:
                return refused.code, None

    def place(self, **changes):
        return self.ask("POST", "/orders", {**ORDER, **changes}, **{"Idempotency-Key": "k-1"})

    def stock(self):
        return Article.objects.get(sku="lamp").stock

    @pytest.mark.idempotent
    def test_place_an_order(self):
        self.assertEqual(self.place()[0], 201)
        self.assertEqual(self.stock(), 18)

    @pytest.mark.idempotent
    def test_cancel_an_order(self):
        number = self.place()[1]["id"]
        status, order = self.ask("POST", f"/orders/{number}/cancel")
        self.assertEqual((status, order["state"]), (200, "cancelled"))
        self.assertEqual(self.stock(), 20)

    def test_read_an_order(self):
        number = self.place()[1]["id"]
        self.assertEqual(self.ask("GET", f"/orders/{number}")[1]["quantity"], 2)

    def test_stock_is_short(self):
        self.assertEqual(self.place(quantity=21)[0], 409)
        self.assertEqual(self.stock(), 20)

    def test_unknown_orders(self):
        self.assertEqual(self.ask("GET", "/orders/999")[0], 404)
        self.assertEqual(self.ask("POST", "/orders/999/cancel")[0], 404)
