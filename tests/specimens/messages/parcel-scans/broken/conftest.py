import sqlite3

import pytest

from depot import SCHEMA, Consumer


@pytest.fixture
def path(tmp_path):
    path = str(tmp_path / "depot.db")
    con = sqlite3.connect(path)
    con.executescript(SCHEMA)
    con.execute("insert into hubs values ('leipzig', 4000, 10000)")
    con.execute("insert into parcels values ('P-17', 1500, null), ('P-18', 7000, null)")
    con.commit()
    con.close()
    return path


@pytest.fixture
def consumer(path):
    return Consumer(path)


@pytest.fixture
def query(path):
    def query(sql):
        con = sqlite3.connect(path)
        try:
            return con.execute(sql).fetchall()
        finally:
            con.close()

    return query
