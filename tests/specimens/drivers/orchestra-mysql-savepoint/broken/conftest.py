import os

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

import orchestra

SERVER = "mysql+pymysql://root@127.0.0.1"
NAME = f"orchestra_{os.getpid()}"


@pytest.fixture(scope="module")
def engine():
    admin = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with admin.connect() as con:
        con.execute(text(f"create database {NAME}"))
        engine = create_engine(f"{SERVER}/{NAME}")
        orchestra.Base.metadata.create_all(engine)
        yield engine
        engine.dispose()
        con.execute(text(f"drop database {NAME}"))
    admin.dispose()


@pytest.fixture
def client(engine):
    with engine.connect() as con:
        outer = con.begin()
        with Session(con, join_transaction_mode="create_savepoint") as db:
            db.add(orchestra.Chair(id=3, section="viola"))
            db.commit()
            orchestra.app.dependency_overrides[orchestra.session] = lambda: db
            yield TestClient(orchestra.app)
        outer.rollback()
    orchestra.app.dependency_overrides.clear()
