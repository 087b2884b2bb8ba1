import sqlite3

import pytest
from botocore.stub import Stubber

import tides


@pytest.fixture
def database(tmp_path, monkeypatch):
    path = str(tmp_path / "tides.db")
    con = sqlite3.connect(path)
    con.execute(tides.SCHEMA)
    con.close()
    monkeypatch.setattr(tides, "database", path)


@pytest.mark.idempotent
def test_high_water(prodready, database):
    with Stubber(tides.sns) as stub:
        for number in range(3):
            stub.add_response("publish", {"MessageId": f"m{number}"})
        prodready.deliver(tides.on_reading, {"harbour": "Vlissingen", "tide": "2031-02-01a", "metres": 3.4})
