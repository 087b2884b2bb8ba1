import pytest
from starlette.testclient import TestClient

from newsletter import App


@pytest.fixture
def client(tmp_path):
    return TestClient(App(tmp_path / "letters.db"))


@pytest.mark.idempotent
def test_subscribe(client):
    answer = client.post("/subscribe", data={"email": "Ada@Example.org", "topic": "gardening"})
    assert answer.status_code == 202
    assert answer.text == "thank you"


def test_rejects_non_address(client):
    assert client.post("/subscribe", data={"email": "nobody"}).status_code == 422
    assert client.get("/subscribers/count").json() == {"readers": 0}
