import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from parcels import Base, Carrier, Parcel, app, carrier, engine


def fake_carrier(request: httpx.Request) -> httpx.Response:
    assert request.url.path == "/labels"
    return httpx.Response(201, json={"label": "LBL-0042"})


@pytest.fixture
def client():
    Base.metadata.create_all(engine)
    with Session(engine) as s:
        s.add(Parcel(code="P7", grams=750))
        s.commit()
    http = httpx.Client(transport=httpx.MockTransport(fake_carrier), base_url="https://carrier.example")
    app.dependency_overrides[carrier] = lambda: Carrier(http)
    yield TestClient(app)
    app.dependency_overrides.clear()
    Base.metadata.drop_all(engine)


@pytest.mark.idempotent
def test_buys_a_label(client):
    r = client.post("/parcels/P7/label")
    assert r.status_code == 200
    assert r.json()["label"] == "LBL-0042"


def test_unknown_parcel(client):
    assert client.post("/parcels/P8/label").status_code == 404
