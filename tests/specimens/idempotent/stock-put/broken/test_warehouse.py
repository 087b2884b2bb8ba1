import pytest
from fastapi.testclient import TestClient

from warehouse import Base, app, engine


@pytest.fixture()
def http():
    Base.metadata.create_all(engine)
    with TestClient(app) as c:
        yield c
    Base.metadata.drop_all(engine)


@pytest.mark.idempotent
def test_put_then_read(http):
    assert http.put("/stock/BOLT-8", json={"pieces": 40}).status_code == 200
    assert http.get("/stock/BOLT-8").json() == {"sku": "BOLT-8", "pieces": 40}


def test_unknown_sku(http):
    assert http.get("/stock/NIL").status_code == 404
