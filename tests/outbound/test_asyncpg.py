"""``asyncpg`` used directly: what its connections write and commit is heard, pooled or not."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest
from test_postgresql import database, server  # noqa: F401

from pytest_prodready.testing import Specimen

APP = """
import contextlib

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, HTTPException

URL = {url!r}
SQL = {sql!r}
FAILS = "insert into notes (word) values ((1 / 0)::text)"
HELD = []
app = FastAPI(openapi_url=None)


@contextlib.asynccontextmanager
async def connected():
    if HELD:
        yield HELD[0]
        return
    connection = await asyncpg.connect(URL)
    try:
        yield connection
    finally:
        await connection.close()


{routes}
async def send(path):
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.post(path)).status_code == {status}


@pytest.mark.anyio
@pytest.mark.idempotent
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("path", [route.path for route in app.routes if route.path[1] in "o0123456789"])
async def test_op(anyio_backend, path):
    async with connected() as connection:
        await connection.execute(
            "drop table if exists notes; create table notes (id serial primary key, word text unique)"
        )
{test}
"""
ROUTE = """
@app.post("/{path}")
async def operation():
{body}
    return {{}}


"""

PLAIN = "        await send(path)"
OUTER = """
        outer = connection.transaction()
        await outer.start()
        HELD.append(connection)
        await send(path)
        HELD.clear()
        await outer.rollback()
"""
NAIVE = "insert into notes (word) values (null)"
SOUND = "insert into notes (word) values ('x') on conflict do nothing"
OPENED = "async with connected() as c:\n    "

WRITES = {
    "execute": OPENED + "await c.execute(SQL)",
    "with arguments": OPENED + 'await c.execute(SQL + " returning $1::int", 1)',
    "executemany": OPENED + "await c.executemany(command=SQL, args=[()])",
    "fetch": OPENED + 'await c.fetch(SQL + " returning id")',
    "fetchval": OPENED + 'await c.fetchval(SQL + " returning id")',
    "fetchrow": OPENED + 'await c.fetchrow(SQL + " returning id")',
    "prepared": OPENED + "await (await c.prepare(SQL)).fetch()",
    "prepared executemany": OPENED + "await (await c.prepare(SQL)).executemany([()])",
    "transaction": OPENED + "async with c.transaction(): await c.execute(SQL)",
    "nested": OPENED + "async with c.transaction(), c.transaction(): await c.execute(SQL)",
    "by hand": OPENED + "t = c.transaction(); await t.start(); await c.execute(SQL); await t.commit()",
    "as text": OPENED + 'await c.execute("BEGIN"); await c.execute(SQL); await c.execute("COMMIT")',
    "pool": """
async with asyncpg.create_pool(URL, min_size=1, max_size=1) as pool:
    await pool.execute(SQL)
""",
    "acquired": """
async with asyncpg.create_pool(URL, min_size=1, max_size=1) as pool:
    async with pool.acquire() as c, c.transaction(): await c.execute(SQL)
""",
    "a failed savepoint before": """
async with connected() as c, c.transaction():
    try:
        async with c.transaction():
            await c.execute(SQL)
            await c.execute(FAILS)
    except asyncpg.DivisionByZeroError: pass
    await c.execute(SQL)
""",
    "a failed one before": """
async with connected() as c:
    try: await c.execute(FAILS)
    except asyncpg.DivisionByZeroError: pass
    await c.execute(SQL)
""",
}


def specimen(
    url: str, ways: str | Mapping[str, str], *, sql: str = NAIVE, test: str = PLAIN, status: int = 200
) -> Specimen:
    """An application with one operation a way; a single way is ``POST /op``."""
    named = {"op": ways} if isinstance(ways, str) else {slug(name): body for name, body in ways.items()}
    routes = "".join(
        ROUTE.format(path=path, body=textwrap.indent(body.strip(), "    ")) for path, body in named.items()
    )
    plain = url.replace("+psycopg", "")
    return Specimen({"test_op.py": APP.format(url=plain, sql=sql, routes=routes, test=test, status=status)})


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
    "an exception": "async with connected() as c, c.transaction():\n    await c.execute(SQL); raise HTTPException(409)",
    "rollback": OPENED + "t = c.transaction(); await t.start(); await c.execute(SQL); await t.rollback()",
    "as text": OPENED + 'await c.execute("BEGIN"); await c.execute(SQL); await c.execute("ROLLBACK")',
    "the commit of a failed transaction": """
async with connected() as c:
    await c.execute("begin")
    await c.execute(SQL)
    try: await c.execute(FAILS)
    except asyncpg.DivisionByZeroError: pass
    await c.execute("commit")
""",
    "a transaction that a pool resets": """
async with asyncpg.create_pool(URL, min_size=1, max_size=1) as pool:
    async with pool.acquire() as c:
        await c.execute("begin")
        await c.execute(SQL)
""",
}


def test_what_was_rolled_back_left_nothing(database: str) -> None:  # noqa: F811
    """Rolled back by hand, by an exception, or by committing what had failed: held."""
    bodies = {name: f"{body.strip()}\nraise HTTPException(409)" for name, body in UNDONE.items()}
    shown = specimen(database, bodies, status=409).run("--prodready-report")
    shown.expect(findings=[], held=cells("atomic", UNDONE))
    assert shown.report is not None
    assert shown.report["alarms"] == []


def test_what_was_committed_before_a_failure_is_found(database: str) -> None:  # noqa: F811
    """Without a transaction each statement commits, and stays when the request is refused."""
    body = OPENED + "await c.execute(SQL)\nraise HTTPException(409)"
    shown = specimen(database, body, status=409).run("--prodready-report")
    shown.expect(
        findings=["atomic/effects-after-failure POST /op"], text="left behind: notes: 1 row inserted at "
    )


@pytest.mark.parametrize("body", [WRITES["transaction"], WRITES["execute"]])
def test_a_fixture_may_hold_the_outer_transaction(database: str, body: str) -> None:  # noqa: F811
    """The application's transaction, or its lone statement, will be rolled back and counts all the same."""
    broken = specimen(database, body, test=OUTER).run()
    broken.expect(findings=["idempotent/duplicate-effect POST /op"])
    sound = specimen(database, body, sql=SOUND, test=OUTER).run()
    sound.expect(findings=[], held=["idempotent POST /op"])
    undone = UNDONE["an exception"]
    rolled_back = specimen(database, undone, test=OUTER, status=409).run("--prodready-report")
    rolled_back.expect(findings=[], held=["atomic POST /op"])


@pytest.mark.parametrize(
    "copy",
    [
        'await c.copy_records_to_table("notes", columns=["word"], records=[(None,)])',
        'await c.copy_to_table("notes", columns=["word"], source=io.BytesIO(b"\\\\N\\n"), schema_name="public")',
    ],
)
def test_a_copy_is_an_insert(database: str, copy: str) -> None:  # noqa: F811
    """What is copied into a table is read back from it; what is copied out of it is a read."""
    body = f'import io\nasync with connected() as c:\n    {copy}\n    await c.copy_from_table("notes", output=io.BytesIO())'
    shown = specimen(database, body).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect POST /op"], text="notes: 1 row inserted at test_op.py:"
    )


def test_a_cursor_that_writes_is_not_judged(database: str) -> None:  # noqa: F811
    """A cursor runs its statement later, where nothing can be read before it."""
    body = """
async with connected() as c, c.transaction():
    async for row in c.cursor(SQL + " returning id"): pass
"""
    shown = specimen(database, body).run("-rs")
    shown.expect(findings=[], text="wrote to tables that cannot be told")


def test_the_application_sees_nothing_of_us(database: str) -> None:  # noqa: F811
    """States and results are what they are without us, and a changed table breaks no cached plan."""
    body = """
async with connected() as c:
    async with c.transaction():
        assert await c.execute(SQL) == "INSERT 0 1"
    assert not c.is_in_transaction()
    async with c.transaction():
        await c.execute('alter table notes add column if not exists "more" int')
        assert await c.execute(SQL) == "INSERT 0 1"
    assert await c.fetchval("select count(*) from pg_prepared_statements where statement ilike 'select * from%'") == 0
"""
    shown = specimen(database, body).run("--prodready-report")
    shown.expect(findings=["idempotent/duplicate-effect POST /op"])
    assert shown.report is not None
    assert shown.report["alarms"] == []


def test_a_connection_of_sqlalchemy_is_told_once(database: str) -> None:  # noqa: F811
    """SQLAlchemy tells of the connections that it drives; their driver does not tell again."""
    body = """
import sqlalchemy
from sqlalchemy.ext.asyncio import create_async_engine
engine = create_async_engine(URL.replace("postgresql:", "postgresql+asyncpg:"))
async with engine.begin() as c: await c.execute(sqlalchemy.text(SQL))
await engine.dispose()
"""
    shown = specimen(database, body).run("--prodready-report")
    shown.expect(findings=["idempotent/duplicate-effect POST /op"])
    assert "(x2)" not in shown.text
