import sqlite3

import pytest
from celery import Celery

import tasks

CRATE = {"barcode": "4006381333931", "sort": "boskoop", "kg": 18}


@pytest.fixture(autouse=True)
def app():
    app = Celery("orchard", broker="memory://")
    app.finalize()
    yield app
    app.close()


@pytest.fixture(autouse=True)
def orchard(tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "DATABASE", str(tmp_path / "orchard.db"))
    con = sqlite3.connect(tasks.DATABASE)
    con.executescript(tasks.SCHEMA)
    con.executescript("insert into silos values ('boskoop', 900); insert into growers values ('Petersen', 0);")
    yield con
    con.close()


@pytest.mark.idempotent
def test_weigh_in(orchard):
    result = tasks.weigh_in.apply(args=(CRATE,), kwargs={"grower": "Petersen"})
    assert result.successful()
    assert result.result == 918
    assert orchard.execute("select credit from growers").fetchone() == (1278,)


@pytest.mark.idempotent
def test_called_like_a_function(orchard):
    assert tasks.weigh_in({**CRATE, "barcode": "4006381333948"}) == 918
    assert orchard.execute("select count(*) from growers where credit > 0").fetchone() == (0,)


def test_unknown_sort(orchard):
    assert tasks.weigh_in.apply(args=({**CRATE, "sort": "plum"},)).failed()
    assert orchard.execute("select kg from silos").fetchone() == (900,)
