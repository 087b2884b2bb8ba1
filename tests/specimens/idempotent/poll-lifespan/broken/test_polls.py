import pytest
from fastapi.testclient import TestClient

from polls import app


@pytest.mark.idempotent
def test_vote():
    with TestClient(app) as client:
        r = client.post("/polls/lunch/votes", json={"voter": "u-17", "choice": "soup"})
        assert r.status_code == 200
        assert client.get("/polls/lunch").json() == {"soup": 1, "salad": 0}


def test_unknown_choice():
    with TestClient(app) as client:
        assert client.post("/polls/lunch/votes", json={"voter": "u-17", "choice": "cake"}).status_code == 404
