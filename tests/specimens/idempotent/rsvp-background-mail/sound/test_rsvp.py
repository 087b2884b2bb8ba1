import pytest
import responses
from fastapi.testclient import TestClient

import rsvp


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("RSVP_DATABASE_URL", f"sqlite:///{tmp_path / 'party.db'}")
    rsvp.get_engine.cache_clear()
    yield TestClient(rsvp.app)
    rsvp.get_engine().dispose()


@pytest.mark.idempotent
@responses.activate
def test_rsvp_is_confirmed_by_mail(client):
    responses.post(rsvp.MAIL_API, json={"queued": True}, status=202)
    res = client.post("/parties/midsummer/guests", json={"email": "kai@example.org", "plus_one": True})
    assert res.status_code == 201
    assert b"midsummer" in responses.calls[0].request.body
