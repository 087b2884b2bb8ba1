import pytest

from helpdesk import create_app, db


@pytest.fixture
def client(tmp_path):
    app = create_app(tmp_path / "helpdesk.db")
    with app.app_context():
        db.create_all()
        yield app.test_client()
        db.session.remove()
        db.engine.dispose()


@pytest.mark.prodready(skip={"idempotent/duplicate": "only the order is asked here"})
@pytest.mark.idempotent(commutes=True)
def test_a_case_is_closed(client):
    for revision, state in enumerate(("open", "waiting", "closed"), start=1):
        answer = client.post("/hooks/desk", json={"case": "C-7", "state": state, "revision": revision})
        assert answer.json == {"state": state}
    client.post("/hooks/desk", json={"case": "C-8", "state": "open", "revision": 1})
    assert client.get("/cases/C-7").json == {"state": "closed"}
