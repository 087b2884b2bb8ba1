"""A fresh database for each test: a SQLite file, or a schema of this process on the server ZOO_DATABASE."""

import os

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine


@pytest.fixture
def database(tmp_path):
    """The URL of an empty database."""
    server = os.environ.get("ZOO_DATABASE", "")
    if not server.startswith("postgresql"):
        yield make_url(f"sqlite:///{tmp_path / 'zoo.db'}")
        return
    schema = f"zoo_{os.getpid()}"
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        # A transaction that somebody left open shows as an error, and not as a hang.
        connection.execute(text("set lock_timeout = '10s'"))
        connection.execute(text(f"drop schema if exists {schema} cascade"))
        connection.execute(text(f"create schema {schema}"))
        yield make_url(server).update_query_dict({"options": f"-csearch_path={schema}"})
        connection.execute(text(f"drop schema {schema} cascade"))
    owner.dispose()


@pytest.fixture
def engine(database):
    engine = create_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
async def async_engine(database):
    if database.drivername == "sqlite":
        database = database.set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
def anyio_backend():
    return "asyncio"
