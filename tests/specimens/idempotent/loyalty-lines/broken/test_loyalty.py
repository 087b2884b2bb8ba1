import pytest
from fastapi.testclient import TestClient

from loyalty import app, engine, md


@pytest.fixture
def shop():
    md.create_all(engine)
    yield TestClient(app)
    md.drop_all(engine)


@pytest.mark.idempotent
def test_visit_earns_points(shop):
    assert shop.get("/members/m-4/points").json()["points"] == 0
    r = shop.post("/visits", json={"till_ref": "T2-118", "member": "m-4", "points": 30})
    assert r.status_code == 200
    assert shop.get("/members/m-4/points").json() == {"member": "m-4", "points": 30}
