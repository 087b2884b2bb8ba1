import pytest
from fastapi.testclient import TestClient

import clinic


@pytest.fixture(autouse=True)
def tables():
    clinic.Base.metadata.create_all(clinic.engine)
    yield
    clinic.Base.metadata.drop_all(clinic.engine)


@pytest.mark.idempotent
class TestBooking:
    client = TestClient(clinic.app)

    def test_books_a_free_slot(self):
        res = self.client.post(
            "/appointments", json={"doctor": "okafor", "starts": "2031-03-04T09:30:00", "patient": "J. Marsh"}
        )
        assert res.status_code == 201
        assert res.json()["doctor"] == "okafor"

    def test_listed_after_booking(self):
        slot = {"doctor": "lind", "starts": "2031-03-05T10:00:00", "patient": "P. Oyelaran"}
        made = self.client.post("/appointments", json=slot).json()
        rows = self.client.get("/doctors/lind/appointments").json()
        assert [r["id"] for r in rows] == [made["id"]]
