import os

import psycopg
import pytest
from fastapi.testclient import TestClient

import donors

SERVER = "host=127.0.0.1 user=postgres dbname=test connect_timeout=3"
SPACE = f"blood_donors_{os.getpid()}"


@pytest.fixture
def tables(monkeypatch):
    try:
        con = psycopg.connect(SERVER, autocommit=True)
    except psycopg.OperationalError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL on 127.0.0.1: {error}")
    with con:
        con.execute(f"drop schema if exists {SPACE} cascade")
        con.execute(f"create schema {SPACE}")
        con.execute(f"set search_path to {SPACE}")
        con.execute(donors.SCHEMA)
        con.execute("insert into donors values (8, '0-'); insert into bank values ('0-', 900), ('B+', 4500)")
        monkeypatch.setattr(donors, "conninfo", f"{SERVER} options='-c search_path={SPACE}'")
        yield
        con.execute(f"drop schema {SPACE} cascade")


@pytest.fixture
def client(tables):
    return TestClient(donors.app)
