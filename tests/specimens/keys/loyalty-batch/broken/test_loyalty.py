import sqlite3
from contextlib import closing

import pytest

import loyalty


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "loyalty.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(loyalty.SCHEMA)
        db.execute("insert into cards (number) values ('C-10'), ('C-11')")
        db.commit()
    return loyalty.Ledger(path)


def points(ledger):
    with closing(sqlite3.connect(ledger.path)) as db:
        return dict(db.execute("select number, points from cards"))


@pytest.mark.idempotent(key="message.events.event_id")
def test_purchases_are_credited(prodready, ledger):
    batch = {
        "batch": "b-5501",
        "events": [
            {"event_id": "e-1", "card": "C-10", "points": 30},
            {"event_id": "e-2", "card": "C-11", "points": 45},
        ],
    }
    assert prodready.deliver(ledger.on_batch, batch) == 2
    assert points(ledger) == {"C-10": 30, "C-11": 45}


def test_an_unknown_card_stops_the_batch(prodready, ledger):
    batch = {
        "batch": "b-5502",
        "events": [
            {"event_id": "e-3", "card": "C-10", "points": 30},
            {"event_id": "e-4", "card": "C-99", "points": 5},
        ],
    }
    with pytest.raises(LookupError):
        prodready.deliver(ledger.on_batch, batch)
    assert points(ledger) == {"C-10": 0, "C-11": 0}
