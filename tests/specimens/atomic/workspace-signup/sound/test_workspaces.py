import pytest
from fastapi.testclient import TestClient

from workspaces import build


@pytest.fixture
def client(tmp_path):
    with TestClient(build(f"sqlite:///{tmp_path / 'ws.db'}")) as c:
        yield c


class TestSignUp:
    def test_with_guests(self, client):
        body = {"name": "Kiln", "owner": "ro@kiln.example", "invited": ["al@kiln.example", "bo@kiln.example"]}
        assert client.post("/spaces", json=body).status_code == 201
        assert client.get("/spaces").json() == {"names": ["Kiln"]}

    def test_guest_has_a_seat_elsewhere(self, client):
        client.post("/spaces", json={"name": "Kiln", "owner": "ro@kiln.example"})
        body = {"name": "Loom", "owner": "vi@loom.example", "invited": ["ro@kiln.example"]}
        assert client.post("/spaces", json=body).status_code == 409
