"""``safe``: which writes of a read matter."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

READING = """

import datetime


class Letter(Base):
    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str | None]
    opened: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime.datetime | None]


@app.get("/letters/{{number}}")
def letter(number: int, db: Session = Depends(session)):
    found = db.get(Letter, number)
    {body}
    db.commit()
    return {{"id": number}}
"""
TEST = """
import app

def test_reads(client):
    with app.Session(app.engine) as db:
        db.add(app.Letter(id=1, state={state!r}))
        db.commit()
    for _ in range({times}):
        assert client.get("/letters/1").status_code == 200
"""


def specimen(application: dict[str, str], body: str, state: str | None = "new", times: int = 1) -> Specimen:
    source = application["app.py"] + READING.format(body=body)
    return Specimen({**application, "app.py": source, "test_it.py": TEST.format(state=state, times=times)})


FINDING = "safe/read-with-effects GET /letters/{number}"
CELL = "safe GET /letters/{number}"


@pytest.mark.parametrize("body", ['found.state = "read"', "db.delete(found)"])
def test_a_read_that_changes_or_deletes_is_found(application: dict[str, str], body: str) -> None:
    """A GET that changes a value or deletes a row is a finding on its first call."""
    specimen(application, body).run().expect(findings=[FINDING], outcomes={"passed": 1})


@pytest.mark.parametrize("body", ["found.at = datetime.datetime.now()", "found.opened += 1", "pass"])
def test_moments_and_counters_are_held(application: dict[str, str], body: str) -> None:
    """Last-seen moments and view counters are bookkeeping."""
    specimen(application, body).run().expect(findings=[], held=[CELL])


def test_one_lazy_fill_is_not_judged(application: dict[str, str]) -> None:
    """A read that fills in what was empty may be a cache; one read alone does not tell."""
    shown = specimen(application, 'found.state = found.state or "made"', state=None).run()
    shown.expect(findings=[])
    assert CELL in shown.cells("not-judged")


def test_a_lazy_fill_that_is_not_repeated_is_held(application: dict[str, str]) -> None:
    """Read twice in a test: the second read wrote nothing, so the first one cached."""
    body = 'found.state = found.state or "made"'
    specimen(application, body, state=None, times=2).run().expect(findings=[], held=[CELL])


def test_a_row_a_read_is_found(application: dict[str, str]) -> None:
    """Read twice in a test, and each read inserted into a table that the application reads."""
    body = "db.add(Payment(amount=db.query(Payment).count()))"
    specimen(application, body, times=2).run().expect(findings=[FINDING])


SESSIONS = """

import sqlalchemy
from fastapi import Cookie

with engine.begin() as connection:
    connection.exec_driver_sql("create table sessions (key text primary key, data text)")
    connection.exec_driver_sql("create table carts (id integer primary key, session text, data text)")
    connection.exec_driver_sql("insert into sessions values ('0123456789abcdef', '')")
    connection.exec_driver_sql("insert into carts values (1, '0123456789abcdef', '')")


@app.get("/{table}/touch")
def touch(table: str, sid: str = Cookie(), db: Session = Depends(session)):
    column = "key" if table == "sessions" else "session"
    statement = f"update {table} set data = data || 'seen ' where {column} = :sid"
    db.execute(sqlalchemy.text(statement), {"sid": sid})
    db.commit()
"""
TOUCH = """
def test_touch(client):
    client.cookies.set("sid", "0123456789abcdef")
    assert client.get("/{table}/touch").status_code == 200
"""


def test_a_read_may_touch_the_session_of_its_caller(application: dict[str, str]) -> None:
    """A row whose key is the request's own cookie is session state; a row that only mentions it is none."""
    files = {**application, "app.py": application["app.py"] + SESSIONS}
    own = Specimen({**files, "test_it.py": TOUCH.format(table="sessions")}).run()
    own.expect(findings=[], held=["safe GET /{table}/touch"])
    cart = Specimen({**files, "test_it.py": TOUCH.format(table="carts")}).run()
    cart.expect(findings=["safe/read-with-effects GET /{table}/touch"])
