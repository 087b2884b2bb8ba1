import pytest
from fastapi.testclient import TestClient

import pledges


@pytest.fixture
def client(tmp_path):
    engine = pledges.connect(f"sqlite:///{tmp_path / 'pledges.db'}")
    with pledges.app.state.sessions.begin() as s:
        s.add(pledges.Campaign(slug="new-roof"))
    with TestClient(pledges.app) as client:
        yield client
    engine.dispose()


@pytest.mark.idempotent(key="Idempotency-Key", key_required=True)
def test_pledge(client):
    body = {"supporter": "Ada", "amount": 250}
    answer = client.post("/campaigns/new-roof/pledges", json=body, headers={"Idempotency-Key": "p-88120"})
    assert answer.status_code == 201
    assert answer.json()["amount"] == 250
    assert client.get("/campaigns/new-roof").json() == {"slug": "new-roof", "raised": 250}


def test_unknown_campaign(client):
    body = {"supporter": "Ada", "amount": 250}
    answer = client.post("/campaigns/old-roof/pledges", json=body, headers={"Idempotency-Key": "p-88121"})
    assert answer.status_code == 404
