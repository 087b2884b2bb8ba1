import unittest

import pytest

from bakery.models import Base, Order, Session, engine
from bakery.web import app

URL = "/orders/5f0c9c1e-7d2c-4f7c-9a33-0d8f7a3b6a10"


class AmendingTest(unittest.TestCase):
    def setUp(self):
        Base.metadata.create_all(engine)
        self.addCleanup(Base.metadata.drop_all, engine)
        Session.add(Order(id=URL.split("/")[-1], loaves=3, pickup="saturday"))
        Session.commit()
        Session.remove()
        self.client = app.test_client()

    @pytest.mark.idempotent
    def test_more_loaves(self):
        res = self.client.put(URL, data={"loaves": "5", "pickup": "sunday"})
        self.assertEqual(res.status_code, 200)
        self.assertEqual(res.get_json(), {"loaves": 5, "pickup": "sunday"})
        self.assertEqual(
            self.client.get(f"{URL}/amendments").get_json(), {"amendments": ["3 for saturday -> 5 for sunday"]}
        )

    def test_not_that_many(self):
        self.assertEqual(self.client.put(URL, data={"loaves": "900"}).status_code, 400)
        self.assertEqual(self.client.get(URL).get_json()["loaves"], 3)

    def test_no_such_order(self):
        self.assertEqual(self.client.get("/orders/00000000-0000-4000-8000-000000000000").status_code, 404)
