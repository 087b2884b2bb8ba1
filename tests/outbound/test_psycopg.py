"""``psycopg`` used directly: what its connections write and commit is heard, sync and async."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest
from test_postgresql import database, server  # noqa: F401

from pytest_prodready.testing import Specimen

APP = """
import psycopg
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from psycopg import sql
from psycopg.rows import dict_row

URL = {url!r}
SQL = {sql!r}
FAILS = "insert into notes (word) values ((1 / 0)::text)"
HELD = []
app = FastAPI(openapi_url=None)


def connect(**options):
    return HELD[0] if HELD else psycopg.connect(URL, **options)


{routes}
@pytest.fixture(autouse=True)
def tables():
    with psycopg.connect(URL) as connection:
        connection.execute("drop table if exists notes")
        connection.execute("create table notes (id serial primary key, word text unique)")
{fixture}


@pytest.mark.idempotent
@pytest.mark.parametrize("path", [route.path for route in app.routes if route.path[1] in "o0123456789"])
def test_op(path):
    assert TestClient(app).post(path).status_code == {status}
"""
ROUTE = """
@app.post("/{path}")
def operation():
{body}
    return {{}}


"""

PLAIN = "    yield\n"
# Another way to the test's own transaction: the application's is a savepoint then, or not ended at all.
OUTER = """
    with psycopg.connect(URL, autocommit={autocommit}) as connection:
        HELD.append(connection)
        with connection.transaction(force_rollback=True):
            {before}
            yield
        HELD.clear()
"""
NAIVE = "insert into notes (word) values (null)"
SOUND = "insert into notes (word) values ('x') on conflict do nothing"

WRITES = {
    "commit": "with connect() as c: c.execute(SQL)",
    "commit by hand": "c = connect(); c.cursor().execute(SQL); c.commit(); c.close()",
    "transaction": "with connect() as c, c.transaction(): c.execute(SQL)",
    "transaction in autocommit": "with connect(autocommit=True) as c, c.transaction(): c.execute(SQL)",
    "autocommit": "with connect(autocommit=True) as c: c.execute(SQL)",
    "begin and commit as text": """
with connect(autocommit=True) as c:
    for text in ("begin", SQL, "COMMIT;"): c.execute(text)
""",
    "one script": 'with connect(autocommit=True) as c: c.execute(f"begin; {SQL}; commit")',
    "savepoint in a transaction": """
with connect() as c:
    c.execute("select 1")
    with c.transaction(): c.execute(SQL)
""",
    "bytes": "with connect() as c: c.execute(SQL.encode())",
    "composed": "with connect() as c: c.execute(sql.SQL(SQL))",
    "executemany": "with connect() as c: c.cursor().executemany(SQL, [()])",
    "stream": 'with connect() as c: list(c.cursor().stream(SQL + " returning id"))',
    "another row factory": "with connect(row_factory=dict_row) as c: c.execute(SQL)",
    "another cursor": "with connect(cursor_factory=psycopg.ClientCursor) as c: c.execute(SQL)",
    "two transactions": """
with connect(autocommit=True) as c:
    with c.transaction(): c.execute(SQL)
    with c.transaction(): c.execute("select 1")
""",
    "a failed one before": """
with connect(autocommit=True) as c:
    try: c.execute(FAILS)
    except psycopg.errors.DivisionByZero: pass
    c.execute(SQL)
""",
    "a failed savepoint before": """
with connect() as c:
    try:
        with c.transaction():
            c.execute(SQL)
            c.execute(FAILS)
    except psycopg.errors.DivisionByZero: pass
    c.execute(SQL)
""",
}


def specimen(
    url: str, ways: str | Mapping[str, str], *, sql: str = NAIVE, fixture: str = PLAIN, status: int = 200
) -> Specimen:
    """An application with one operation a way; a single way is ``POST /op``."""
    named = {"op": ways} if isinstance(ways, str) else {slug(name): body for name, body in ways.items()}
    routes = "".join(
        ROUTE.format(path=path, body=textwrap.indent(body.strip(), "    ")) for path, body in named.items()
    )
    plain = url.replace("+psycopg", "")
    return Specimen(
        {"test_op.py": APP.format(url=plain, sql=sql, routes=routes, fixture=fixture, status=status)}
    )


def slug(name: str) -> str:
    return f"{len(name)}-{name.replace(' ', '-')}"


def cells(behaviour: str, ways: Mapping[str, str]) -> list[str]:
    return [f"{behaviour} POST /{slug(name)}" for name in ways]


def test_committed_rows_are_heard(database: str) -> None:  # noqa: F811
    """Broken: the second row is found. Sound: ``on conflict do nothing`` leaves one row and is held."""
    broken = specimen(database, WRITES).run("--prodready-report")
    broken.expect(
        findings=cells("idempotent/duplicate-effect", WRITES),
        text="second effect: notes: 1 row inserted at test_op.py:",
    )
    assert "(x2)" not in broken.text
    sound = specimen(database, WRITES, sql=SOUND).run("--prodready-report")
    sound.expect(findings=[], held=cells("idempotent", WRITES))
    assert broken.report is not None
    assert sound.report is not None
    assert broken.report["alarms"] == sound.report["alarms"] == []


UNDONE = {
    "rollback": "c.execute(SQL); c.rollback(); c.close()",
    "close": "c.execute(SQL); c.close()",
    "rollback as text": """
c.autocommit = True
for text in ("begin", SQL, "rollback"): c.execute(text)
c.close()
""",
    "a dry run": """
with c, c.transaction(force_rollback=True): c.execute(SQL)
""",
    "an exception": """
try:
    with c.transaction():
        c.execute(SQL)
        raise ValueError
except ValueError: c.close()
""",
    "the commit of a failed transaction": """
c.execute(SQL)
try: c.execute(FAILS)
except psycopg.errors.DivisionByZero: pass
c.commit(); c.close()
""",
    "rollback after a savepoint": """
c.execute("select 1")
with c.transaction(): c.execute(SQL)
c.rollback(); c.close()
""",
}


def test_what_was_rolled_back_left_nothing(database: str) -> None:  # noqa: F811
    """Rolled back by hand, by an exception, or by committing what had failed: held."""
    bodies = {
        name: f"c = connect()\n{body.strip()}\nraise HTTPException(409)" for name, body in UNDONE.items()
    }
    shown = specimen(database, bodies, status=409).run("--prodready-report")
    shown.expect(findings=[], held=cells("atomic", UNDONE))
    assert shown.report is not None
    assert shown.report["alarms"] == []


def test_what_was_committed_before_a_failure_is_found(database: str) -> None:  # noqa: F811
    """The first of two transactions stays when the request is refused in the second."""
    body = """
with connect() as c:
    with c.transaction(): c.execute(SQL)
    with c.transaction():
        c.execute(SQL)
        raise HTTPException(409)
"""
    shown = specimen(database, body, status=409).run("--prodready-report")
    shown.expect(
        findings=["atomic/effects-after-failure POST /op"], text="left behind: notes: 1 row inserted at "
    )


@pytest.mark.parametrize("autocommit", [True, False])
def test_a_fixture_may_hold_the_outer_transaction(database: str, autocommit: bool) -> None:  # noqa: F811
    """The application's transaction is a savepoint that will be rolled back, and counts all the same."""
    fixture = OUTER.format(autocommit=autocommit, before="pass")
    broken = specimen(database, "with connect().transaction(): connect().execute(SQL)", fixture=fixture)
    broken.run().expect(findings=["idempotent/duplicate-effect POST /op"])
    sound = specimen(
        database, "with connect().transaction(): connect().execute(SQL)", sql=SOUND, fixture=fixture
    )
    sound.run().expect(findings=[], held=["idempotent POST /op"])
    undone = """
with connect().transaction():
    connect().execute(SQL)
    raise HTTPException(409)
"""
    rolled_back = specimen(database, undone, fixture=fixture, status=409).run("--prodready-report")
    rolled_back.expect(findings=[], held=["atomic POST /op"])


def test_autocommit_within_a_fixtures_transaction(database: str) -> None:  # noqa: F811
    """A lone statement of an autocommitting connection would be a transaction of its own."""
    fixture = OUTER.format(autocommit=True, before="pass")
    broken = specimen(database, "connect().execute(SQL)", fixture=fixture)
    broken.run().expect(findings=["idempotent/duplicate-effect POST /op"])


def test_a_commit_that_a_fixture_replaced_is_not_judged(database: str) -> None:  # noqa: F811
    """Nothing says then whether the application would have committed."""
    fixture = OUTER.format(autocommit=False, before="connection.commit = lambda: None")
    body = "connect().execute(SQL); connect().commit()"
    shown = specimen(database, body, fixture=fixture).run("-rs")
    shown.expect(findings=[], text="rows were written, but no commit was heard")


def test_copy_is_an_insert(database: str) -> None:  # noqa: F811
    """``COPY ... FROM`` names its table, and so is no statement of which nothing can be told."""
    body = """
with connect() as c, c.cursor().copy("copy notes (word) from stdin") as rows:
    rows.write_row([None])
with connect() as c, c.cursor().copy("copy (select 1) to stdout") as rows:
    list(rows)
"""
    shown = specimen(database, body).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect POST /op"], text="notes: 1 row inserted at test_op.py:"
    )


def test_a_pipeline_is_not_judged(database: str) -> None:  # noqa: F811
    """In pipeline mode answers come later, so a table cannot be read before it is written."""
    body = "with connect() as c, c.pipeline(): c.execute(SQL)"
    shown = specimen(database, body).run("--prodready-report", "-rs")
    shown.expect(findings=[], text="wrote to tables that cannot be told")
    assert shown.report is not None
    assert shown.report["alarms"] == []


def test_the_application_sees_nothing_of_us(database: str) -> None:  # noqa: F811
    """Transaction states, prepared statements and results are what they are without us."""
    body = """
from psycopg.pq import TransactionStatus as S
states = []
c = connect()
note = lambda: states.append(c.info.transaction_status)
note(); c.execute(SQL); note(); c.commit(); note()
with c.transaction(): c.execute(SQL); note()
note()
c.autocommit = True
cursor = c.execute(SQL + " returning id"); note()
assert len(cursor.fetchall()) == 1 and cursor.rowcount == 1
assert [row[0] for row in c.execute("select statement from pg_prepared_statements").fetchall()] == []
c.close()
assert states == [S.IDLE, S.INTRANS, S.IDLE, S.INTRANS, S.IDLE, S.IDLE], states
"""
    shown = specimen(database, body).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect POST /op"], text="notes: 1 row inserted at test_op.py:"
    )


def test_a_connection_of_sqlalchemy_is_told_once(database: str) -> None:  # noqa: F811
    """SQLAlchemy tells of the connections that it drives; their driver does not tell again."""
    body = """
import sqlalchemy
engine = sqlalchemy.create_engine(URL.replace("postgresql:", "postgresql+psycopg:"))
with engine.begin() as c: c.execute(sqlalchemy.text(SQL))
engine.dispose()
"""
    shown = specimen(database, body).run("--prodready-report")
    shown.expect(findings=["idempotent/duplicate-effect POST /op"])
    assert "(x2)" not in shown.text


ASYNC = """
import httpx
import psycopg
import pytest
from fastapi import FastAPI, HTTPException

URL = {url!r}
app = FastAPI(openapi_url=None)


@app.post("/op")
async def op():
{body}
    return {{}}


@pytest.mark.anyio
@pytest.mark.idempotent
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_op(anyio_backend):
    with psycopg.connect(URL) as connection:
        connection.execute("drop table if exists notes")
        connection.execute("create table notes (id serial primary key, word text unique)")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.post("/op")).status_code == 200
"""
OPENED = "async with await psycopg.AsyncConnection.connect(URL{options}) as c:\n    "
ASYNC_WRITES = {
    "commit": OPENED.format(options="") + 'await c.execute("{sql}")',
    "transaction": OPENED.format(options="") + 'async with c.transaction(): await c.execute("{sql}")',
    "autocommit": OPENED.format(options=", autocommit=True") + 'await c.execute("{sql}")',
    "executemany": OPENED.format(options="") + 'await c.cursor().executemany("{sql}", [()])',
    "stream": OPENED.format(options="") + '[row async for row in c.cursor().stream("{sql} returning id")]',
}


@pytest.mark.parametrize("way", ASYNC_WRITES)
def test_awaited_connections_are_heard(database: str, way: str) -> None:  # noqa: F811
    """Asynchronous connections tell the same."""
    url = database.replace("+psycopg", "")
    for statement, findings, held in (
        (NAIVE, ["idempotent/duplicate-effect POST /op"], []),
        (SOUND, [], ["idempotent POST /op"]),
    ):
        body = textwrap.indent(ASYNC_WRITES[way].format(sql=statement), "    ")
        shown = Specimen({"test_op.py": ASYNC.format(url=url, body=body)}).run("--prodready-report")
        shown.expect(findings=findings, held=held)
        assert shown.report is not None
        assert shown.report["alarms"] == []


def test_an_awaited_copy_and_rollback(database: str) -> None:  # noqa: F811
    """A copy counts when its transaction is committed, and not when it is rolled back."""
    url = database.replace("+psycopg", "")
    copied = OPENED.format(options="") + (
        'async with c.cursor().copy("copy notes (word) from stdin") as rows: await rows.write_row([None])'
    )
    committed = ASYNC.format(url=url, body=textwrap.indent(copied, "    "))
    Specimen({"test_op.py": committed}).run().expect(findings=["idempotent/duplicate-effect POST /op"])
    undone = textwrap.indent(copied + "\n    await c.rollback()\nraise HTTPException(409)", "    ")
    text = ASYNC.format(url=url, body=undone).replace("== 200", "== 409")
    shown = Specimen({"test_op.py": text}).run("--prodready-report")
    shown.expect(findings=[], held=["atomic POST /op"])
