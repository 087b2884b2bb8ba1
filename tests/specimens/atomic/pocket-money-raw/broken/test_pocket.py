import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient

from pocket import make


class MoveTests(unittest.TestCase):
    def setUp(self):
        tmp = TemporaryDirectory()
        self.addCleanup(tmp.cleanup)
        self.client = TestClient(make(Path(tmp.name) / "jars.db"))

    def test_moves_money(self):
        r = self.client.post("/moves", json={"giver": "ann", "taker": "bob", "cents": 200})
        self.assertEqual((r.status_code, r.json()), (200, {"left": 300}))

    def test_not_enough(self):
        r = self.client.post("/moves", json={"giver": "ann", "taker": "bob", "cents": 900})
        self.assertEqual(r.status_code, 400)

    def test_taker_without_jar(self):
        r = self.client.post("/moves", json={"giver": "ann", "taker": "zoe", "cents": 100})
        self.assertEqual(r.status_code, 400)
