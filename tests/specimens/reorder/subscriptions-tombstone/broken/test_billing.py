import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from billing import Base, application


@pytest.fixture
def client(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'billing.db'}")
    Base.metadata.create_all(engine)
    yield TestClient(application(engine))
    engine.dispose()


def send(client, number, kind, reference):
    data = {"reference": reference, "customer": f"cus_{reference}", "plan": "team"}
    event = {"id": f"evt_{number}", "type": f"subscription.{kind}", "data": data}
    assert client.post("/webhooks/billing", json=event).status_code == 200


@pytest.mark.prodready(skip={"idempotent/duplicate": "only the order is asked here"})
@pytest.mark.idempotent(commutes=True)
def test_a_subscription_ends(client):
    send(client, 1, "created", "sub_a")
    assert client.get("/subscriptions/sub_a").json() == {"status": "active"}
    send(client, 2, "created", "sub_b")
    send(client, 3, "deleted", "sub_a")
    assert client.get("/subscriptions/sub_a").json()["status"] in ("none", "deleted")
    assert client.get("/subscriptions/sub_b").json() == {"status": "active"}
