import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from charity.db import Base, engine, get_session
from charity.web import app


@event.listens_for(engine, "connect")
def _no_implicit_begin(dbapi_connection, _):
    dbapi_connection.isolation_level = None


@event.listens_for(engine, "begin")
def _begin(conn):
    conn.exec_driver_sql("BEGIN")


@pytest.fixture(scope="session")
def tables():
    Base.metadata.create_all(engine)


@pytest.fixture
def db(tables):
    with engine.connect() as conn:
        outer = conn.begin()
        session = Session(bind=conn, join_transaction_mode="create_savepoint")
        yield session
        session.close()
        outer.rollback()


@pytest.fixture
def client(db):
    app.dependency_overrides[get_session] = lambda: db
    yield TestClient(app)
    app.dependency_overrides.clear()
