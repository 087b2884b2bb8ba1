import pytest
from starlette.testclient import TestClient

import coats

pytestmark = pytest.mark.idempotent


@pytest.fixture
def cloakroom():
    coats.reset()
    return TestClient(coats.app)


def test_hand_in(cloakroom):
    assert cloakroom.post("/coats", data={"tag": "red-14", "owner": "Bea"}).json() == {"hook": 1}


def test_hand_in_and_collect(cloakroom):
    cloakroom.post("/coats", data={"tag": "red-15", "owner": "Sol"})
    res = cloakroom.delete("/coats/red-15")
    assert res.status_code == 200
    assert res.json() == {"returned": True}
