"""Schedules: what meets what, what is left behind, and what cannot be told."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

SHOP = """
from fastapi import FastAPI, Header
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]


def application(sessions):
    app = FastAPI()

    @app.post("/orders", status_code=201)
    def order(idempotency_key: str = Header()):
        db = sessions()
        try:
            known = db.scalars(select(Order).where(Order.key == idempotency_key)).first()
            if known is None:
                db.add(Order(key=idempotency_key))
                db.commit()
            return {}
        finally:
            db.close()

    return app
"""
TEST = """
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from shop import Base, application


@pytest.fixture
def client(tmp_path):
    {database}
    Base.metadata.create_all(engine)
    {sessions}
    yield TestClient(application(sessions))
    {after}


@pytest.mark.idempotent(concurrent=True)
def test_order(client):
    assert client.post("/orders", headers={{"Idempotency-Key": "k"}}).status_code == 201
"""
# Nothing of ours is left when the run is over.
WATCH = """
import threading

import pytest


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name == "prodready duplicate"]
    assert left == []
"""
FILE = "engine = create_engine(f\"sqlite:///{tmp_path / 'shop.db'}\")"
MEMORY = (
    'engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})'
)


def shop(database: str = FILE, sessions: str = "", after: str = "engine.dispose()") -> Specimen:
    sessions = sessions or "sessions = lambda: Session(engine)"
    test = TEST.format(database=database, sessions=sessions, after=after)
    return Specimen({"shop.py": SHOP, "test_shop.py": test, "conftest.py": WATCH})


def test_a_race_shows_the_smallest_schedule_and_how_to_see_it_again() -> None:
    """The first schedule that breaks is told in words, with the token that tries it alone."""
    run = shop().run("-p", "no:randomly")
    run.expect(
        outcomes={"passed": 2, "failed": 1},
        findings=["idempotent/concurrent-duplicate POST /orders"],
        text=[
            "schedule         pause before INSERT orders; the duplicate runs; resume",
            "again: pytest 'test_shop.py::test_order[prodready:race]' --prodready-replay=r1.2",
        ],
    )


@pytest.mark.parametrize(("token", "outcome"), [("r1.2", "failed"), ("r1.1", "passed")])
def test_a_token_tries_one_schedule_alone(token: str, outcome: str) -> None:
    """Paused before the look-up, the duplicate is simply first; paused before the insert, both insert."""
    run = shop().run("-k", "race", f"--prodready-replay={token}")
    run.expect(outcomes={outcome: 1})


@pytest.mark.parametrize(("token", "why"), [("r1.99", "answered differently"), ("c1.2", "made no statement")])
def test_a_schedule_that_never_came_about_is_not_held(token: str, why: str) -> None:
    """There is no such act, or it is a schedule of another variant: nothing was tried, so nothing is proven."""
    run = shop().run("-rs", "-k", "race", f"--prodready-replay={token}")
    run.expect(outcomes={"skipped": 1}, text=why)


def test_a_wrong_token_is_a_usage_error() -> None:
    """With what was got and what is expected, before the first test."""
    run = shop().run("--prodready-replay=x9", report=False)
    assert run.exit_code == 4
    assert "--prodready-replay=x9: no schedule's token; expected one that a finding told" in run.text


def test_one_connection_for_all_requests_is_not_judged() -> None:
    """In memory under a StaticPool both requests would be in one transaction, which proves nothing."""
    run = shop(MEMORY).run("-rs", "-k", "race")
    run.expect(outcomes={"skipped": 1}, findings=[], text=["both deliveries use one connection"])


def test_a_session_in_the_test_s_own_transaction_is_not_judged() -> None:
    """A suite that rolls everything back gives all requests one connection."""
    sessions = (
        "connection = engine.connect(); outer = connection.begin(); "
        'sessions = lambda: Session(connection, join_transaction_mode="create_savepoint")'
    )
    run = shop(sessions=sessions, after="outer.rollback(); connection.close(); engine.dispose()").run(
        "-rs", "-k", "race"
    )
    run.expect(outcomes={"skipped": 1}, findings=[])


COMMIT = """def commit(db):
    try:
        Session.commit(db)
    except IntegrityError:
        db.rollback()


"""
AWAY = """
import itertools

runs = itertools.count(1)


@pytest.fixture(autouse=True)
def away(request):
    if "prodready:race" in request.node.name and next(runs) == 2:
        raise ConnectionError("what the suite needs was away")
"""


@pytest.mark.parametrize(("away", "outcome"), [("", "passed"), (AWAY, "skipped")], ids=["all", "one missing"])
def test_a_variant_is_held_only_where_all_its_schedules_came_about(away: str, outcome: str) -> None:
    """One run that ended before its delivery met the duplicate proves nothing, whatever the others show."""
    sound = shop().renamed(
        {
            "key: Mapped[str]": "key: Mapped[str] = mapped_column(unique=True)",
            "db.commit()": "commit(db)",
            "def application": f"{COMMIT}def application",
            "import select\n": "import select\nfrom sqlalchemy.exc import IntegrityError\n",
        }
    )
    files = {**sound.files, "test_shop.py": sound.files["test_shop.py"] + away}
    run = Specimen(files).run("-rs", "-k", "race")
    run.expect(outcomes={outcome: 1}, findings=[])


@pytest.mark.parametrize("hidden", ["", ", raise_server_exceptions=False"], ids=["shown", "hidden"])
def test_a_crash_is_judged_whatever_the_client_makes_of_errors(hidden: str) -> None:
    """A client that hides its application's errors makes up an answer, which has no length and no end."""
    words = {"TestClient(application(sessions))": f"TestClient(application(sessions){hidden})"}
    run = shop().renamed({**words, "concurrent=True": "crash=True"}).run("-k", "crash")
    run.expect(outcomes={"passed": 1}, findings=[], held=["idempotent POST /orders"])


@pytest.mark.parametrize("flags", [("-n0",), ("-n2",), ("-p", "randomly")], ids=" ".join)
def test_the_report_is_the_same_in_every_order(flags: tuple[str, ...]) -> None:
    """Also on two workers: the same findings, cells and tokens."""
    reference = shop().run("-p", "no:randomly", subprocess=True)
    run = shop().run(*flags, subprocess=True)
    assert run.report == reference.report
