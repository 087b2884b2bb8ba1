import pytest


@pytest.mark.idempotent
def test_check_in_prints_a_badge(client, printer):
    answer = client.post("/check-in", json={"code": "F-77", "name": "Zoe Adler "})
    assert answer.status_code == 201
    assert printer.jobs[0] == ("/jobs", {"template": "badge-a6", "lines": ["Zoe Adler"]})


def test_list(client):
    client.post("/check-in", json={"code": "F-78", "name": "Zoe"})
    client.post("/check-in", json={"code": "F-79", "name": "Adam"})
    assert client.get("/attendees").get_json() == ["Adam", "Zoe"]
