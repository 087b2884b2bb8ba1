"""MariaDB, by PyMySQL used directly and by SQLAlchemy: what is written and committed is heard and compared."""

from __future__ import annotations

import os
import socket
import textwrap
import uuid
from collections.abc import Iterator

import pytest

from pytest_prodready.testing import Specimen

APP = """
import pymysql
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

SERVER = {server!r}
engine = create_engine("mysql+pymysql://root@127.0.0.1/" + SERVER["database"])
apart = create_engine(engine.url, isolation_level="AUTOCOMMIT")
app = FastAPI()


def connect(**options):
    return pymysql.connect(**SERVER, **options)


@app.post("/op")
def op():
{body}
    return {{}}


@pytest.fixture(autouse=True)
def tables():
    with connect(autocommit=True) as con, con.cursor() as cur:
        for sql in (
            "drop table if exists pages, notes, counts",
            "create table notes (id int primary key auto_increment, word varchar(20) unique, done bool default 0) engine=innodb",
            "create table pages (id int primary key auto_increment, note int,"
            " foreign key (note) references notes (id) on delete cascade) engine=innodb",
            "create table counts (id int primary key, n int not null) engine=innodb",
            "insert into notes (id, word) values (1, 'one'), (2, 'two')",
            "insert into pages (note) values (1), (1)",
            "insert into counts values (1, 0)",
            *{extra!r},
        ):
            cur.execute(sql)
        yield
        engine.dispose()
        apart.dispose()


@pytest.mark.idempotent
def test_op():
    assert TestClient(app).post("/op").status_code == {status}
"""


@pytest.fixture(scope="module")
def database() -> Iterator[dict[str, str]]:
    """An empty database that is dropped afterwards."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", 3306)) != 0:
            (pytest.fail if os.environ.get("CI") else pytest.skip)("no MariaDB on 127.0.0.1:3306")
    import pymysql

    server = {"host": "127.0.0.1", "user": "root", "password": ""}
    name = f"prodready_{uuid.uuid4().hex[:12]}"
    with pymysql.connect(**server, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"create database {name}")
        yield {**server, "database": name}
        cursor.execute(f"drop database {name}")


def specimen(
    server: dict[str, str], body: str, *, extra: tuple[str, ...] = (), status: int = 200
) -> Specimen:
    body = textwrap.indent(body.strip(), "    ")
    return Specimen({"test_op.py": APP.format(server=server, body=body, extra=extra, status=status)})


NAIVE = "insert into notes (word) values (null)"
SOUND = "insert ignore into notes (word) values ('x')"
WRITES = {
    "commit": "with connect() as c: c.cursor().execute(SQL); c.commit()",
    "autocommit": "with connect(autocommit=True) as c: c.cursor().execute(SQL)",
    "begin": "with connect(autocommit=True) as c: c.begin(); c.cursor().execute(SQL); c.commit()",
    "transactions as text": """
with connect(autocommit=True) as c, c.cursor() as cur:
    for sql in ("start transaction", SQL, "COMMIT"): cur.execute(sql)
""",
    "a savepoint": """
with connect() as c, c.cursor() as cur:
    for sql in ("savepoint a", SQL, "release savepoint a"): cur.execute(sql)
    c.commit()
""",
    "ddl commits": """
with connect() as c, c.cursor() as cur:
    cur.execute(SQL); cur.execute("create table if not exists other (id int)"); c.rollback()
""",
    "executemany": "with connect() as c: c.cursor().executemany(SQL.replace('null', '%s').replace(\"'x'\", '%s'), [(V,), (V,)]); c.commit()",
    "bytes": "with connect() as c: c.cursor().execute(SQL.encode()); c.commit()",
    "a dictionary cursor": "with connect(cursorclass=pymysql.cursors.DictCursor) as c: c.cursor().execute(SQL); c.commit()",
    "an unbuffered cursor": "with connect(cursorclass=pymysql.cursors.SSCursor) as c: c.cursor().execute(SQL); c.commit()",
    "after a failure": """
with connect() as c, c.cursor() as cur:
    try: cur.execute("insert into notes (id) values (1)")
    except pymysql.IntegrityError: pass
    cur.execute(SQL); c.commit()
""",
    "SQLAlchemy": "with engine.begin() as c: c.execute(text(SQL))",
    "SQLAlchemy in autocommit": "with apart.connect() as c: c.execute(text(SQL))",
}


@pytest.mark.parametrize("way", WRITES)
def test_each_way_to_write_is_heard(database: dict[str, str], way: str) -> None:
    """Broken: a second row. Sound: ``insert ignore`` on a unique column leaves what is there."""
    naive = WRITES[way].replace("SQL", repr(NAIVE)).replace("V,", "None,")
    specimen(database, naive).run().expect(
        findings=["idempotent/duplicate-effect POST /op"], text="notes: 1 row inserted"
    )
    sound = specimen(database, WRITES[way].replace("SQL", repr(SOUND)).replace("V,", "'x',")).run()
    sound.expect(findings=[], held=["idempotent POST /op"])
    assert sound.report is not None
    assert sound.report["alarms"] == []


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("replace into notes (word) values ('one')", "notes: 1 row deleted"),
        ("delete from notes where id = 1", "pages: 1 row deleted (x2)"),
        (
            "update notes n join counts c on c.id = n.id set c.n = 5, n.done = 1",
            "counts: 1 row changed (n); notes: 1 row changed (done)",
        ),
        ("truncate counts", "counts: 1 row deleted"),
        ("update `notes` set `word` = 'uno' where id = 1", "notes: 1 row changed (word)"),
    ],
)
def test_what_a_statement_leaves_after_a_refusal(database: dict[str, str], sql: str, told: str) -> None:
    """Cascades, joined updates and replaced rows are seen in all tables."""
    body = f"with connect() as c: c.cursor().execute({sql!r}); c.commit()\nraise HTTPException(409)"
    specimen(database, body, status=409).run("--prodready-report").expect(
        findings=["atomic/effects-after-failure POST /op"], text=told
    )


def test_a_trigger_is_seen(database: dict[str, str]) -> None:
    """The statement names one table; its trigger counts up in another."""
    trigger = "create trigger t after update on notes for each row update counts set n = n + 2"
    body = (
        "with connect() as c: c.cursor().execute(\"update notes set word = 'one' where id = 1\"); c.commit()"
    )
    specimen(database, body, extra=(trigger,)).run().expect(
        findings=["idempotent/duplicate-effect POST /op"], text="counts: 1 row changed (n)"
    )


@pytest.mark.parametrize(
    "body",
    [
        "with connect() as c: c.cursor().execute(SQL); c.rollback()\nraise HTTPException(422)",
        "with connect() as c: c.cursor().execute(SQL)\nraise HTTPException(422)",
    ],
)
def test_what_is_not_committed_leaves_nothing(database: dict[str, str], body: str) -> None:
    """A rollback, or a connection that is closed without a commit."""
    specimen(database, body.replace("SQL", repr(NAIVE)), status=422).run().expect(
        findings=[], held=["atomic POST /op"]
    )


@pytest.mark.parametrize(
    "body",
    [
        "with connect() as c: c.cursor().callproc('p'); c.commit()",
        """
with connect() as c:
    rows = c.cursor(pymysql.cursors.SSCursor)
    rows.execute("select id from notes order by id")
    assert rows.fetchone() == (1,)
    with pytest.warns(UserWarning):  # the driver's own, as without us
        c.cursor().execute(SQL)
    c.commit()
""",
    ],
)
def test_what_cannot_be_looked_at_is_not_judged(database: dict[str, str], body: str) -> None:
    """A procedure, and a statement while the rows of another one still wait."""
    extra = ("drop procedure if exists p", "create procedure p() delete from pages")
    shown = specimen(database, body.replace("SQL", repr(NAIVE)), extra=extra).run()
    shown.expect(findings=[])
    assert "idempotent POST /op" in shown.cells("not-judged")


def test_the_application_finds_its_connection_as_it_left_it(database: dict[str, str]) -> None:
    """Its last id, its row count and its next results are its own; no transaction was begun for it."""
    body = f"""
with connect(autocommit=True) as c, c.cursor() as cur:
    assert cur.execute({SOUND!r}) <= 1
    assert c.affected_rows() <= 1
    assert cur.execute("select last_insert_id()") == 1
with connect() as c, c.cursor() as cur:
    cur.execute({SOUND!r})
    c.commit()
    cur.execute("create table if not exists other (id int)")
    cur.execute("insert into counts values (7, 1) on duplicate key update n = 1")
    assert cur.rowcount <= 1
    c.commit()
    assert not c.server_status & pymysql.constants.SERVER_STATUS.SERVER_STATUS_IN_TRANS
"""
    specimen(database, body).run().expect(findings=[], held=["idempotent POST /op"])
