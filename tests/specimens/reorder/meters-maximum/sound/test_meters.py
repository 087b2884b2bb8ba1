import sqlite3

import pytest

from meters import SCHEMA, Consumer


@pytest.fixture
def path(tmp_path):
    path = str(tmp_path / "meters.db")
    con = sqlite3.connect(path)
    con.executescript(SCHEMA)
    con.close()
    return path


@pytest.fixture
def consumer(path):
    return Consumer(path)


def query(path, sql):
    con = sqlite3.connect(path)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


@pytest.mark.prodready(skip={"idempotent/duplicate": "only the order is asked here"})
@pytest.mark.idempotent(commutes=True)
def test_the_meter_only_goes_up(prodready, consumer, path):
    for at, value in enumerate((100, 130, 150, 190, 240)):
        prodready.deliver(consumer.handle, {"serial": "m-1", "at": at, "value": value})
    assert query(path, "select reading from meters") == [(240,)]
    assert query(path, "select count(*) from readings") == [(5,)]
