"""Whatever a schedule held up, let wait or let die: when the run is over, nothing of it is left.

Each run of each schedule tells, in its teardown, which thread of the plugin lives, which task of asyncio is
pending, and which session on PostgreSQL is in a transaction or holds a lock. So does the end of the process.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_prodready.testing import Specimen

SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/test"

LEFT = """
import asyncio
import os
import threading

from sqlalchemy import create_engine, text

SESSIONS = '''
    select state || ': ' || query from pg_stat_activity
    where application_name = :name and state <> 'idle'
    union all
    select locktype || ' ' || mode from pg_locks join pg_stat_activity using (pid)
    where application_name = :name and state = 'idle' and locktype <> 'virtualxid'
'''


def tell(where, left):
    with open(os.environ["PRODREADY_LEFT"], "a") as file:
        file.write(f"{where}: {', '.join(sorted(left)) or 'nothing'}\\n")


def threads():
    ours = [thread for thread in threading.enumerate() if thread.name == "prodready duplicate"]
    for thread in ours:
        # One that has done its work ends now.
        thread.join(1)
    return [thread.name for thread in ours if thread.is_alive()]


def sessions():
    if not os.environ["PRODREADY_SCHEMA"]:
        return []
    engine = create_engine(os.environ["PRODREADY_SERVER"])
    with engine.connect() as connection:
        found = connection.execute(text(SESSIONS), {"name": os.environ["PRODREADY_SCHEMA"]})
        left = list(found.scalars())
    engine.dispose()
    return left


def tasks():
    return [task.get_name() for task in asyncio.all_tasks() - {asyncio.current_task()}]
"""
WATCH = """
from left import sessions, tell, threads


def pytest_sessionfinish():
    tell("end", threads() + sessions())
"""
SHOP = """
import httpx
from fastapi import FastAPI, Header
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]


class Claim(Base):
    __tablename__ = "claims"
    key: Mapped[str] = mapped_column(primary_key=True)


def application(sessions):
    app = FastAPI()

    @app.post("/looks", status_code=201)
    def looks(idempotency_key: str = Header()):
        with sessions() as db:
            if db.scalars(select(Order).where(Order.key == idempotency_key)).first() is None:
                db.add(Order(key=idempotency_key))
                db.commit()
        return {}

    @app.post("/claims", status_code=201)
    def claims(idempotency_key: str = Header()):
        with sessions() as db:
            db.add(Claim(key=idempotency_key))
            try:
                db.flush()
            except IntegrityError:
                db.rollback()
                return {}
            db.add(Order(key=idempotency_key))
            db.commit()
        return {}

    @app.post("/awaits", status_code=201)
    async def awaits(idempotency_key: str = Header()):
        async with sessions() as db:
            found = await db.scalars(select(Order).where(Order.key == idempotency_key))
            if found.first() is None:
                db.add(Order(key=idempotency_key))
                await db.commit()
        return {}

    return app
"""
HEAD = """
import asyncio
import os
import threading

import httpx
import left
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from shop import Base, application


@pytest.fixture
def url(tmp_path):
    schema = os.environ["PRODREADY_SCHEMA"]
    if not schema:
        return make_url(f"sqlite:///{tmp_path / 'shop.db'}")
    options = {"application_name": schema, "options": f"-csearch_path={schema} -clock_timeout=10s"}
    return make_url(os.environ["PRODREADY_SERVER"]).update_query_dict(options)
"""
WATCHED = """
@pytest.fixture
def watch(engine):
    yield
    # Now the suite itself is done with its sessions, and the pool is not yet thrown away.
    left.tell("run", left.threads() + left.sessions())


@pytest.fixture
def client(sessions):
    with TestClient(application(sessions)) as client:
        yield client


@pytest.mark.parametrize("path", ["/looks", "/claims"])
@pytest.mark.idempotent(concurrent=True, crash=True)
def test_order(client, path):
    assert client.post(path, headers={"Idempotency-Key": "k"}).status_code == 201
"""
ENGINE = """
@pytest.fixture
def engine(url):
    engine = create_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
"""
POOL = """
@pytest.fixture
def sessions(engine, watch):
    return lambda: Session(engine)
"""
SAVEPOINT = """
@pytest.fixture
def sessions(engine, watch):
    connection = engine.connect()
    outer = connection.begin()
    yield lambda: Session(connection, join_transaction_mode="create_savepoint")
    outer.rollback()
    connection.close()
"""
STATIC = """
@pytest.fixture
def engine():
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
"""
ASYNC = """
@pytest.mark.idempotent(concurrent=True, crash=True)
def test_order(url):
    asyncio.run(order(url))


async def order(url):
    if url.drivername == "sqlite":
        url = url.set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)
        await connection.run_sync(Base.metadata.create_all)
    transport = httpx.ASGITransport(app=application(lambda: AsyncSession(engine)))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        answer = await client.post("/awaits", headers={"Idempotency-Key": "k"})
    left.tell("run", left.threads() + left.tasks() + left.sessions())
    await engine.dispose()
    assert answer.status_code == 201
"""
SUITES = {
    "pool": ENGINE + POOL + WATCHED,
    "savepoint": ENGINE + SAVEPOINT + WATCHED,
    "static": STATIC + POOL + WATCHED,
    "async": ASYNC,
}
CASES = [
    (suite, database, outside)
    for suite in SUITES
    for database in ("sqlite", "postgresql")
    for outside in (False, True)
    # In memory there is no server; and how a process ends, one suite of each kind of client shows.
    if (suite, database) != ("static", "postgresql") and not (outside and suite in ("savepoint", "static"))
]


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the runs of a specimen tell what they left."""
    path = tmp_path / "left"
    monkeypatch.setenv("PRODREADY_LEFT", str(path))
    monkeypatch.setenv("PRODREADY_SERVER", SERVER)
    monkeypatch.setenv("PRODREADY_SCHEMA", "")
    return path


@pytest.fixture
def schema(left: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A schema on PostgreSQL, whose name is also that of the sessions that use it."""
    with socket.socket() as probe:
        probe.settimeout(1)
        absent = probe.connect_ex(("127.0.0.1", 5432)) != 0
    if absent:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no PostgreSQL on 127.0.0.1:5432")
    from sqlalchemy import create_engine, text

    name = f"left_{uuid.uuid4().hex[:12]}"
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create schema {name}"))
        monkeypatch.setenv("PRODREADY_SCHEMA", name)
        yield name
        # A transaction that somebody left open shows as an error, and not as a hang.
        connection.execute(text("set lock_timeout = '10s'"))
        connection.execute(text(f"drop schema {name} cascade"))
    engine.dispose()


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("suite", "database", "outside"), CASES)
def test_nothing_is_left_when_schedules_have_been_run(
    request: pytest.FixtureRequest, left: Path, suite: str, database: str, outside: bool
) -> None:
    """No thread, no task, no open transaction, no lock; neither after a schedule nor when all is over."""
    if database == "postgresql":
        request.getfixturevalue("schema")
    files = {"shop.py": SHOP, "test_shop.py": HEAD + SUITES[suite], "left.py": LEFT, "conftest.py": WATCH}
    run = Specimen(files).run("-q", "-p", "no:randomly", "--timeout=60", subprocess=outside)
    assert run.exit_code in (0, 1), run.text
    assert "error" not in run.outcomes, run.text
    told = left.read_text(encoding="utf-8").splitlines()
    # The schedules were run, each with its own teardown; their items are fewer.
    assert told.count("end: nothing") == 1, told
    assert told.count("run: nothing") > sum(run.outcomes.values()), told
    assert {line for line in told if not line.endswith(": nothing")} == set()


def test_what_is_left_would_be_told(left: Path, schema: str) -> None:
    """The watch sees a thread of that name, a task, an open transaction and its locks."""
    leaks = """
def test_leaks(url):
    ended = threading.Event()
    threading.Thread(target=ended.wait, args=(9,), name="prodready duplicate", daemon=True).start()
    pytest.leak = create_engine(url).connect()
    pytest.leak.execute(text("create table leak (id integer)"))
    asyncio.run(leak())


async def leak():
    asyncio.ensure_future(asyncio.sleep(9)).set_name("a task")
    left.tell("run", left.threads() + left.tasks() + left.sessions())
"""
    files = {"shop.py": SHOP, "test_shop.py": HEAD + leaks, "left.py": LEFT, "conftest.py": WATCH}
    Specimen(files).run("-q", subprocess=True).expect(outcomes={"passed": 1})
    kept = "idle in transaction: create table leak (id integer), prodready duplicate"
    assert left.read_text(encoding="utf-8").splitlines() == [f"run: a task, {kept}", f"end: {kept}"]
