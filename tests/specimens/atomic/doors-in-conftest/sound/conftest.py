import sqlite3
from contextlib import closing

import pytest
from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient

from doors import checked, database


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "doors.sqlite"
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("create table doors (id integer primary key, note text not null)")
        con.execute("insert into doors (note) values ('shut')")
    return path


@pytest.fixture
def client(path):
    """The guard is what is tested; the application around it is the test's own."""
    app = FastAPI()

    def override():
        with closing(sqlite3.connect(path, check_same_thread=False)) as con:
            try:
                yield con
            finally:
                con.rollback()

    app.dependency_overrides[database] = override

    @app.put("/doors/{number}")
    @checked
    async def put(number: int, body: dict, con=Depends(database)):
        con.execute("update doors set note = 'opened' where id = ?", (number,))
        if body["by"] == "stranger":
            raise HTTPException(422)
        con.commit()
        return {}

    return TestClient(app)
