import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from meters import Meter, create_app


@pytest.fixture
def client(tmp_path):
    app = create_app(f"sqlite:///{tmp_path / 'meters.db'}")
    with Session(app.state.engine) as db:
        db.add_all([Meter(serial="M-71"), Meter(serial="M-72")])
        db.commit()
    with TestClient(app) as client:
        yield client
    app.state.engine.dispose()


@pytest.mark.idempotent(key="events.id")
def test_store_a_batch(client):
    answer = client.post(
        "/readings",
        json={
            "events": [
                {"id": "r-0001", "meter": "M-71", "kwh": 12},
                {"id": "r-0002", "meter": "M-72", "kwh": 7},
                {"id": "r-0003", "meter": "M-71", "kwh": 3},
            ]
        },
    )
    assert answer.status_code == 200
    assert answer.json() == {"stored": 3}
    assert client.get("/meters/M-71").json()["total_kwh"] == 15
    assert client.get("/meters/M-72").json()["total_kwh"] == 7


def test_one_unknown_meter_and_nothing_is_stored(client):
    events = [{"id": "r-0004", "meter": "M-71", "kwh": 5}, {"id": "r-0005", "meter": "M-99", "kwh": 5}]
    assert client.post("/readings", json={"events": events}).status_code == 404
    assert client.get("/meters/M-71").json()["total_kwh"] == 0
