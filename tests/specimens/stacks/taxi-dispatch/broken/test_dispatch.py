import json

import pytest
import requests
from requests.adapters import BaseAdapter

from taxi import create_app, radio
from taxi.store import db, rides


class Radio(BaseAdapter):
    status = 201

    def send(self, request, **kwargs):
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = self.status, request, request.url
        answer._content = json.dumps({"cab": "cab 19"}).encode()
        return answer

    def close(self):
        pass


@pytest.fixture
def station(monkeypatch):
    session = requests.Session()
    session.mount("https://radio.example", adapter := Radio())
    monkeypatch.setattr(radio, "session", session)
    return adapter


@pytest.fixture
def client(station):
    app = create_app(TESTING=True)
    with app.app_context():
        db.create_all()
        db.session.execute(rides.insert().values(ref="R77", pickup="Main Station"))
        db.session.commit()
        yield app.test_client()
        db.session.remove()


@pytest.mark.idempotent
def test_dispatch(client):
    res = client.post("/rides/R77/dispatch")
    assert (res.status_code, res.json) == (202, {"cab": "cab 19"})
    assert client.get("/rides/R77/dispatch").json == {"cab": "cab 19"}


def test_radio_is_down(client, station):
    station.status = 503
    assert client.post("/rides/R77/dispatch").status_code == 502
    assert client.get("/rides/R77/dispatch").json == {"cab": None}


def test_unknown_ride(client):
    assert client.post("/rides/R00/dispatch").status_code == 404
