import flask
import pytest
from sqlalchemy import insert
from werkzeug.security import generate_password_hash

import forum


@pytest.fixture
def app(tmp_path):
    app = forum.create_app(f"sqlite:///{tmp_path / 'forum.db'}")
    with app.extensions["engine"].begin() as c:
        c.execute(insert(forum.users).values(name="nora", password=generate_password_hash("fjord", "pbkdf2:sha256:10")))
        c.execute(insert(forum.threads).values(id=4, topic="Knots", replies=0))
    return app


@pytest.mark.idempotent
def test_reply_after_login(app):
    with app.test_client() as client:
        client.post("/login", data={"name": "nora", "password": "fjord"})
        assert flask.session["user"] == "nora"
        answer = client.post("/threads/4/replies", data={"text": "use a bowline", "form_id": "f-81"})
        assert flask.request.endpoint == "reply"
        assert flask.g.user == "nora"
        assert answer.status_code == 303


def test_reply_is_shown(app):
    client = app.test_client()
    with client.session_transaction() as session:
        session["user"] = "nora"
    page = client.post("/threads/4/replies", data={"text": "or a hitch", "form_id": "f-82"}, follow_redirects=True)
    assert page.request.path == "/threads/4"
    assert page.text == "or a hitch"


def test_empty_reply(app):
    client = app.test_client()
    with client.session_transaction() as session:
        session["user"] = "nora"
    assert client.post("/threads/4/replies", data={"text": " ", "form_id": "f-83"}).status_code == 400


def test_guests_only_read(app):
    client = app.test_client()
    assert client.get("/threads/4").status_code == 200
    assert client.post("/threads/4/replies", data={"text": "hi", "form_id": "f-84"}).status_code == 401
