"""Values as databases and other tools spell them: a key that is a UUID, a moment of a time that was moved."""

from __future__ import annotations

import datetime

import pytest
from freezegun import freeze_time

from pytest_prodready._runtime.moments import Interval
from pytest_prodready.testing import Specimen

APP = """
import uuid

from fastapi import FastAPI, Header


def application(db):
    app = FastAPI()

    @app.post("/orders", status_code=201)
    def order(idempotency_key: str = Header()):
        key = {spelling}
        with db:
            if db.execute("update claims set asked = asked + 1 where key = ?", (key,)).rowcount == 0:
                db.execute("insert into claims values (?, 0)", (key,))
                db.execute("insert into orders default values")
        return {{}}

    return app
"""
TEST = """
import sqlite3

import pytest
from fastapi.testclient import TestClient
from shop import application


@pytest.mark.idempotent
def test_order():
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.execute("create table claims (key text primary key, asked integer)")
    db.execute("create table orders (id integer primary key)")
    key = {"Idempotency-Key": "3F2504E0-4F89-41D3-9A0C-0305E82C3301"}
    assert TestClient(application(db)).post("/orders", headers=key).status_code == 201
"""


@pytest.mark.parametrize(
    "spelling", ["idempotency_key", "str(uuid.UUID(idempotency_key))", "uuid.UUID(idempotency_key).hex"]
)
def test_a_counter_of_attempts_is_silent_however_the_key_is_stored(spelling: str) -> None:
    """A UUID that a client sends in capitals and with hyphens is stored in small letters, or without any."""
    specimen = Specimen({"shop.py": APP.format(spelling=spelling), "test_shop.py": TEST})
    specimen.run().expect(outcomes={"passed": 2}, findings=[], held=["idempotent POST /orders"])


def test_a_moment_that_freezegun_made_is_read_when_time_has_thawed() -> None:
    """Rows that were read while the clock was moved are judged when it is back."""
    with freeze_time("2031-05-01 12:00:00"):
        interval = Interval()
        interval.end()
        within, without = datetime.datetime(2031, 5, 1, 12, 0, 1), datetime.datetime(2031, 5, 3)
    assert interval.holds(within)
    assert not interval.holds(without)
