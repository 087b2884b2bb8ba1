import os
import tempfile
import unittest

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from library import Copy, make_app


@pytest.mark.idempotent
class LendingTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.engine = create_engine("sqlite:///" + os.path.join(self.dir.name, "lib.db"))
        self.client = TestClient(make_app(self.engine))
        with Session(self.engine) as s:
            s.add(Copy(barcode="30001", title="Middlemarch"))
            s.commit()

    def tearDown(self):
        self.engine.dispose()
        self.dir.cleanup()

    def test_lends_a_copy(self):
        res = self.client.post("/loans", json={"barcode": "30001", "reader": 12})
        self.assertEqual(res.status_code, 200)
        self.assertIn("due", res.json())

    def test_missing_copy(self):
        res = self.client.post("/loans", json={"barcode": "1", "reader": 12})
        self.assertEqual(res.status_code, 404)
