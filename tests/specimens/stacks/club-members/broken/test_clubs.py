import pytest

from clubs import Club, create_app, db


@pytest.fixture
def client():
    app = create_app()
    with app.app_context():
        db.create_all()
        db.session.add(Club(slug="chess", title="Rook & Roll"))
        db.session.commit()
    with app.test_client() as client:
        yield client


@pytest.mark.idempotent
def test_join(client):
    res = client.post("/api/v1/clubs/chess/members", json={"email": "vera@example.org", "card": "004711"})
    assert res.status_code == 201
    assert res.json["email"] == "vera@example.org"


def test_members_are_listed(client):
    for email, card in (("b@example.org", "000002"), ("a@example.org", "000001")):
        client.post("/api/v1/clubs/chess/members", json={"email": email, "card": card})
    assert client.get("/api/v1/clubs/chess/members").json == ["a@example.org", "b@example.org"]


def test_a_card_has_six_digits(client):
    res = client.post("/api/v1/clubs/chess/members", json={"email": "vera@example.org", "card": "47"})
    assert res.status_code == 422


def test_no_such_club(client):
    assert client.post("/api/v1/clubs/go/members", json={"email": "vera@example.org"}).status_code == 404
