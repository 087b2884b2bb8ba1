import pytest
from fastapi.testclient import TestClient

from helpdesk import app

client = TestClient(app)


@pytest.fixture(autouse=True)
def database(tmp_path, monkeypatch):
    monkeypatch.setenv("HELPDESK_DB", str(tmp_path / "cases.sqlite3"))


@pytest.mark.idempotent
def test_life_of_a_case():
    assert client.post("/cases", json={"ref": "HD-9", "subject": "printer on fire"}).status_code == 201
    changed = client.patch("/cases/HD-9", json={"raise_weight_by": 3})
    assert changed.status_code == 200
    assert changed.json()["weight"] == 4
    assert client.patch("/cases/HD-9", json={"state": "closed"}).json()["state"] == "closed"
    assert client.delete("/cases/HD-9").status_code == 204
