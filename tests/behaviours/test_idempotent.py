"""``idempotent``: what is a second effect, what is not, and what the finding says."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Run, Specimen

HEAD = """
import sqlite3

import httpx
import pytest
import respx
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

app = FastAPI()
db = sqlite3.connect(":memory:", check_same_thread=False)
SCHEMA = '''
    drop table if exists orders;
    drop table if exists carts;
    drop table if exists purses;
    drop table if exists trail;
    create table orders (id integer primary key, ref text, total integer);
    create table carts (ref text primary key, total integer, at text);
    create table purses (id integer primary key, balance integer);
    create table trail (id integer primary key, what text);
    insert into purses (balance) values (100);
'''


@pytest.fixture(autouse=True)
def empty():
    db.executescript(SCHEMA)


@app.get("/orders")
def orders():
    return db.execute("select id, ref, total from orders").fetchall()


@app.post("/op")
def op(body: dict):
    ref, total = body["ref"], body["total"]
{body}


@pytest.mark.idempotent
@respx.mock
def test_op():
    respx.post("https://psp.example/charges").respond(200)
    respx.post("https://psp.example/token").respond(200)
    answer = TestClient(app).post("/op", json={{"ref": "a", "total": 3}}, headers={{"Idempotency-Key": "k-7"}})
    assert answer.status_code == 200
"""


def run_files(body: str) -> str:
    return HEAD.format(body="\n".join(f"    {line}" for line in body.strip("\n").splitlines()))


def run(body: str, *flags: str) -> Run:
    return Specimen({"test_op.py": run_files(body)}).run(*flags)


FOUND = {
    "naive insert": """
db.execute("insert into orders (ref, total) values (?, ?)", (ref, total))
db.commit()
""",
    "balance change": """
db.execute("update purses set balance = balance - ?", (total,))
db.commit()
""",
    "second charge behind one row": """
db.execute("insert or ignore into carts values (?, ?, '')", (ref, total))
db.commit()
httpx.post("https://psp.example/charges", json={"total": total})
""",
    "unguarded row beside a guarded one that refers to nothing": """
if db.execute("insert or ignore into carts values (?, ?, '')", (ref, total)).rowcount:
    pass
db.execute("update purses set balance = balance - ?", (total,))
db.commit()
""",
    "delete of one more row": """
db.execute("insert or ignore into carts values (?, ?, '')", (ref, total))
db.execute("insert into orders (ref, total) values ('x', 1), ('y', 2)") if total else None
db.execute("delete from orders where id = (select min(id) from orders)")
db.commit()
""",
}

SILENT = {
    "insert or ignore": """
db.execute("insert or ignore into carts values (?, ?, '')", (ref, total))
db.commit()
""",
    "correct upsert": """
db.execute(
    "insert into carts values (?, ?, '') on conflict (ref) do update set total = excluded.total", (ref, total)
)
db.commit()
""",
    "upsert that touches a moment": """
import datetime
now = datetime.datetime.now(datetime.timezone.utc).isoformat()
db.execute(
    "insert into carts values (?, ?, ?) on conflict (ref) do update set total = excluded.total, at = excluded.at",
    (ref, total, now),
)
db.commit()
""",
    "log of attempts": """
db.execute("insert into trail (what) values ('asked')")
db.execute("insert or ignore into carts values (?, ?, '')", (ref, total))
db.commit()
""",
    "conflict on the second call": """
try:
    db.execute("insert into carts values (?, ?, '')", (ref, total))
except sqlite3.IntegrityError:
    db.rollback()
    raise HTTPException(409, "seen before")
db.commit()
""",
    "charge under the same provider key": """
db.execute("insert or ignore into carts values (?, ?, '')", (ref, total))
db.commit()
httpx.post("https://psp.example/charges", json={"total": total}, headers={"Idempotency-Key": f"op-{ref}"})
""",
    "token request that only asks": """
httpx.post("https://psp.example/token", data={"grant_type": "client_credentials"})
db.execute("insert or ignore into carts values (?, ?, '')", (ref, total))
db.commit()
""",
    "insert and delete": """
db.execute("insert or ignore into carts values (?, ?, '')", (ref, total))
db.execute("insert into orders (ref, total) values (?, ?)", (ref, total))
db.execute("delete from orders")
db.commit()
""",
}


@pytest.mark.parametrize("name", FOUND)
def test_a_second_effect_is_found(name: str) -> None:
    """The duplicate of a write that takes effect again is exactly one finding."""
    run(FOUND[name]).expect(
        findings=["idempotent/duplicate-effect POST /op"], outcomes={"passed": 1, "failed": 1}
    )


GUARD = """
held = db.execute("select total from carts").fetchone()
if held and held[0] != total:
    raise HTTPException(422, "another payload under this key")
"""


@pytest.mark.parametrize("name", SILENT)
def test_what_a_correct_application_does_is_silent(name: str) -> None:
    """A duplicate that leaves nothing of consequence is silent, and was judged."""
    run(GUARD + SILENT[name]).expect(findings=[], held=["idempotent POST /op"], outcomes={"passed": 2})


def test_a_balance_is_found_although_the_suite_never_resets_it() -> None:
    """Two clean runs that start from different balances do not make the balance a column of chance."""
    files = {
        "test_op.py": run_files(FOUND["balance change"]).replace(
            "autouse=True", "scope='session', autouse=True"
        )
    }
    Specimen(files).run().expect(findings=["idempotent/duplicate-effect POST /op"])


def test_a_rolled_back_write_is_no_effect() -> None:
    """What was never committed proves nothing, so the cell is not judged rather than held."""
    shown = run('db.execute("insert into orders (ref, total) values (?, ?)", (ref, total))\ndb.rollback()')
    shown.expect(findings=[], outcomes={"passed": 1, "skipped": 1})
    assert "idempotent POST /op" in shown.cells("not-judged")


def test_a_server_error_on_the_duplicate_is_found() -> None:
    """A duplicate that is refused by a constraint must not end in a 500."""
    body = """
try:
    db.execute("insert into carts values (?, ?, '')", (ref, total))
except sqlite3.IntegrityError:
    db.rollback()
    raise
db.commit()
"""
    run(body).expect(findings=["idempotent/different-response POST /op"], outcomes={"passed": 1, "failed": 1})


def test_the_same_key_with_another_payload_is_found() -> None:
    """A key that is honoured must not be answered with success for another amount."""
    run(SILENT["insert or ignore"]).expect(findings=["idempotent/key-payload-mismatch POST /op"])


def test_the_finding_says_what_happened_where_and_what_to_do(application: dict[str, str]) -> None:
    """The whole text: fact, evidence, place of the second effect, why, cure, waiver, command, page."""
    application["test_pay.py"] = """
import pytest

@pytest.mark.idempotent
def test_pay(client):
    assert client.post("/payments", json={"amount": 5}).status_code == 201
"""
    shown = Specimen(application).run("-q", "-p", "no:randomly", report=False)
    expected = """\
idempotent/duplicate-effect: POST /payments was delivered again, answered 201 like the first, and took effect again
  first delivery   201   payments: 1 row inserted
  second delivery  201   payments: 1 row inserted
  second effect: payments: 1 row inserted at app.py:33
why:   Clients, proxies and brokers deliver again when an answer is late: it is charged or sent twice.
cure:  Store the key (or a natural one) under a unique constraint, in one transaction with the effect, and answer a duplicate from what is stored; pass a key of your own to the dependency.
waive: @pytest.mark.prodready(skip={"idempotent": "<reason>"})
again: pytest 'test_pay.py::test_pay[prodready:duplicate]'
read:  docs/reference/idempotent.md
"""
    shown.expect(text=expected, outcomes={"passed": 1, "failed": 1}, exit_code=1)


def test_values_never_reach_what_is_printed(application: dict[str, str]) -> None:
    """No value that the application stored or was sent appears in a finding or in the report."""
    application["app.py"] = application["app.py"].replace("amount: Mapped[int]", "amount: Mapped[str]")
    application["test_pay.py"] = """
import pytest

@pytest.mark.idempotent
def test_pay(client):
    assert client.post("/payments", json={"amount": "s3cr3t-canary"}).status_code == 201
"""
    shown = Specimen(application).run("--prodready-report", "--prodready-explain")
    shown.expect(findings=["idempotent/duplicate-effect POST /payments"])
    assert "s3cr3t-canary" not in shown.text
    assert "s3cr3t-canary" not in str(shown.report)


def test_a_key_in_the_body_is_named_by_the_marker(application: dict[str, str]) -> None:
    """``key="event.id"`` makes a field of the body the key; a tries counter on its row is no second effect."""
    application["app.py"] += """

class Event(Base):
    __tablename__ = "events"
    id: Mapped[str] = mapped_column(primary_key=True)
    tries: Mapped[int] = mapped_column(default=1)


@app.post("/hook")
def hook(body: dict, db: Session = Depends(session)):
    seen = db.get(Event, body["event"]["id"])
    if seen is None:
        db.add(Event(id=body["event"]["id"]))
        db.add(Payment(amount=1))
    else:
        seen.tries += 1
    db.commit()
    return {}
"""
    test = """
import pytest

@pytest.mark.idempotent{options}
def test_hook(client):
    assert client.post("/hook", json={{"event": {{"id": "evt-81"}}}}).status_code == 200
"""
    named = Specimen({**application, "test_hook.py": test.format(options='(key="event.id")')}).run()
    named.expect(findings=[], held=["idempotent POST /hook"])
    unnamed = Specimen({**application, "test_hook.py": test.format(options="")}).run()
    unnamed.expect(findings=["idempotent/duplicate-effect POST /hook"])


def test_a_first_delivery_that_only_the_variant_refuses_is_not_reproducible() -> None:
    """A suite that keeps its rows: the base test succeeded, so it is the data and not the test."""
    body = """
try:
    db.execute("insert into carts values (?, ?, '')", (ref, total))
except sqlite3.IntegrityError:
    raise HTTPException(409)
finally:
    db.commit()
"""
    kept = run_files(body).replace("autouse=True", "scope='session', autouse=True")
    shown = Specimen({"test_op.py": kept}).run("-rs")
    shown.expect(findings=[], text="the first delivery was answered differently than in the unperturbed run")


def test_an_insert_that_the_database_refused_left_nothing_uncommitted() -> None:
    """The connection is closed without a commit, and there was nothing to commit."""
    body = """
try:
    db.execute("insert into purses values (1, 5)")
except sqlite3.IntegrityError:
    return {}
"""
    shown = run(body, "-rs")
    shown.expect(findings=[], text="the first delivery had no effect that was heard")
