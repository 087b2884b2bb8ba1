import pytest


@pytest.mark.idempotent
def test_an_audition(client):
    answer = client.post("/chairs/3/auditions", json={"player": "Noor"})
    assert answer.status_code == 201
    assert answer.json() == {"section": "viola"}
    assert "Noor" in client.get("/auditions").json()


def test_no_such_chair(client):
    assert client.post("/chairs/9/auditions", json={"player": "Noor"}).status_code == 404
    assert client.get("/auditions").json() == []
