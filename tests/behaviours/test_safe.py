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
