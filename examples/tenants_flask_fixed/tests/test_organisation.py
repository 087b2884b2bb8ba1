import pytest


@pytest.mark.idempotent
def test_create_project(client):
    response = client.post("/api/projects", json={"name": "Website"})
    assert response.status_code == 201
    assert response.json["name"] == "Website"
    assert [project["name"] for project in client.get("/api/projects").json] == ["Website"]


def test_project_without_a_name(client):
    assert client.post("/api/projects", json={"name": " "}).status_code == 422


def test_projects_of_another_organisation(garage, project):
    assert garage.get("/api/projects").json == []


@pytest.mark.idempotent
def test_invite(client):
    response = client.post("/api/members", json={"email": "eve@studio.example"})
    assert response.status_code == 201
    assert len(client.get("/api/members").json) == 2


def test_invite_more_than_there_are_seats(client):
    client.post("/api/members", json={"email": "eve@studio.example"})
    response = client.post("/api/members", json={"email": "joe@studio.example"})
    assert response.status_code == 402
    assert response.json == {"error": "no seat is left in your plan"}


def test_no_token(app):
    assert app.test_client().get("/api/projects").status_code == 401
