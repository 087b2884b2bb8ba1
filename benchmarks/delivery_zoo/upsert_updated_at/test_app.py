import pytest
from app import Base, Device, application
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session


@pytest.fixture
def client(engine):
    Base.metadata.create_all(engine)
    return TestClient(application(engine))


@pytest.mark.idempotent(concurrent=True, crash=True, key="event_id")
def test_report(client, engine):
    report = {"event_id": "boot-71", "serial": "SN-3", "firmware": "2.4.1"}
    answer = client.post("/devices", json=report)
    assert answer.status_code == 200
    assert answer.json() == {"serial": "SN-3"}
    with Session(engine) as db:
        assert db.get(Device, "SN-3").firmware == "2.4.1"
