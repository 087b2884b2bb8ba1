"""``atomic``: what a refused request may leave behind, and what it may not."""

from __future__ import annotations

from pytest_prodready.testing import Specimen

REFUSING = """

from fastapi import HTTPException


class Journal(Base):
    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]


def note(db, what):
    db.add(Journal(what=what))
    db.commit()


@app.post("/refuse")
def refuse(body: dict, db: Session = Depends(session)):
    {body}
    raise HTTPException({status})


@app.post("/other")
def other(db: Session = Depends(session)):
    note(db, "other")
    return {{}}


@app.get("/all")
def all_payments(db: Session = Depends(session)):
    return [payment.id for payment in db.query(Payment)]
"""
TEST = """
def test_refused(client):
    client.post("/payments", json={{"amount": 2}})
    client.get("/all")
    client.post("/other")
    assert client.post("/refuse", json={{"amount": 1}}).status_code == {status}
"""
INSERT = 'db.add(Payment(amount=body["amount"])); db.commit()'


def specimen(application: dict[str, str], body: str, status: int = 422) -> Specimen:
    source = application["app.py"] + REFUSING.format(body=body, status=status)
    return Specimen({**application, "app.py": source, "test_it.py": TEST.format(status=status)})


def test_a_committed_row_behind_a_refusal_is_found(application: dict[str, str]) -> None:
    """A 4xx that leaves a committed business row is a finding, and the test's own outcome stays as it was."""
    shown = specimen(application, INSERT).run("--prodready-report")
    shown.expect(findings=["atomic/effects-after-failure POST /refuse"], outcomes={"passed": 1}, exit_code=0)
    shown.expect(text="left behind: payments: 1 row inserted at app.py:")


def test_a_flushed_row_that_is_rolled_back_is_held(application: dict[str, str]) -> None:
    """What was written and never committed is not left behind."""
    body = 'db.add(Payment(amount=body["amount"])); db.flush()'
    specimen(application, body).run().expect(findings=[], held=["atomic POST /refuse"])


def test_a_log_that_several_operations_write_may_stay(application: dict[str, str]) -> None:
    """Dated rows in a table that several operations write and none reads are a log; undated ones may be one."""
    undated = specimen(application, 'note(db, "refused")')
    undated.run().expect(findings=[])
    assert "atomic POST /refuse" in undated.run().cells("not-judged")
    dated = undated.files["app.py"].replace("what: Mapped[str]", "what: Mapped[str]\n    at: Mapped[str]")
    dated = dated.replace("Journal(what=what)", "Journal(what=what, at=datetime.datetime.now().isoformat())")
    shown = Specimen({**undated.files, "app.py": "import datetime\n" + dated}).run()
    shown.expect(findings=[], held=["atomic POST /refuse"])


def test_a_denial_is_not_judged_here(application: dict[str, str]) -> None:
    """401, 403 and 429 belong to another behaviour: security logs are written on purpose."""
    shown = specimen(application, INSERT, 403).run()
    shown.expect(findings=[])
    assert "atomic POST /refuse" in shown.cells("not-covered")


def test_an_unhandled_exception_counts_as_a_failure(application: dict[str, str]) -> None:
    """An exception that leaves the application after a commit is judged like a 500."""
    files = dict(specimen(application, INSERT + "; 1 / 0").files)
    files["test_it.py"] = """
import pytest

def test_raises(client):
    client.get("/all")
    with pytest.raises(ZeroDivisionError):
        client.post("/refuse", json={"amount": 1})
"""
    Specimen(files).run().expect(
        findings=["atomic/effects-after-failure POST /refuse"], outcomes={"passed": 1}
    )
