import pytest
from fastapi.testclient import TestClient

from basket import application

pytestmark = pytest.mark.idempotent


@pytest.fixture
def client(tmp_path):
    return TestClient(application(f"sqlite:///{tmp_path}/b.db"))


@pytest.mark.parametrize(("article", "qty"), [("tea", 2), ("honey", 1)])
def test_put_in_basket(client, article, qty):
    r = client.post("/baskets/b-1/items", json={"article": article, "qty": qty})
    assert r.status_code == 200
    assert client.get("/baskets/b-1").json() == {"items": {article: qty}}


def test_two_articles(client):
    for article in ("tea", "rusk"):
        client.post("/baskets/b-2/items", json={"article": article, "qty": 1})
    assert len(client.get("/baskets/b-2").json()["items"]) == 2
