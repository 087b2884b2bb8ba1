"""Keys: what is told, what can be tried again, and what cannot be told."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

# A cache of answers before authentication, and the same behind it.
DESKS = """
from fastapi import FastAPI, Header, HTTPException
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Desk(Base):
    __tablename__ = "desks"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    person: Mapped[str]


def application(engine, order):
    app = FastAPI()

    def known(db, key):
        return db.query(Desk).filter(Desk.key == key).one_or_none()

    def person_of(authorization):
        {people}

    @app.post("/desks", status_code=201)
    def reserve(body: dict, idempotency_key: str = Header(""), authorization: str = Header("")):
        with Session(engine) as db:
            if order == "key first" and (desk := known(db, idempotency_key)):
                return {{"desk": desk.id, "person": desk.person}}
            person = person_of(authorization)
            desk = known(db, idempotency_key)
            if desk is None:
                desk = Desk(key=idempotency_key, person=person)
                db.add(desk)
                db.commit()
            return {{"desk": desk.id, "person": desk.person}}

    return app
"""
KNOWN = """known = {"Bearer ada": "Ada", "Bearer bob": "Bob"}
        if authorization not in known:
            raise HTTPException(401, "who are you?")
        return known[authorization]"""
TEST = """
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from desks import Base, application

{fixtures}
@pytest.mark.idempotent
def test_reserve(tmp_path):
    engine = create_engine(f"sqlite:///{{tmp_path / 'desks.db'}}")
    Base.metadata.create_all(engine)
    client = TestClient(application(engine, {order!r}))
    headers = {{"Idempotency-Key": "k-1", "Authorization": "Bearer ada"}}
    assert client.post("/desks", json={{}}, headers=headers).status_code == 201
    engine.dispose()
"""
BOB = """
@pytest.fixture
def prodready_other_tenant():
    return {"Authorization": "Bearer bob"}

"""


def _desks(order: str, fixtures: str = "", people: str = KNOWN) -> Specimen:
    return Specimen(
        {
            "desks.py": DESKS.format(people=people),
            "test_desks.py": TEST.format(order=order, fixtures=fixtures),
        }
    )


def test_a_stored_answer_for_nobody_in_particular_is_told_whole() -> None:
    """The cache is asked before authentication, so no second user is needed."""
    run = _desks("key first").run("-q")
    run.expect(findings=["idempotent/key-crosses-principals POST /desks"])
    assert (
        "idempotent/key-crosses-principals: POST /desks answered nobody in particular under the same "
        "idempotency key with the stored answer\n"
        "  first delivery   201   desks: 1 row inserted\n"
        "  other, same key  201   no effect\n"
        "  other, own key   401   no effect\n"
        "why:   Clients choose keys, which are no secret: one reads another's answer, and its own request is "
        "lost.\n"
        "cure:  Authenticate before the key is looked up, and store the key together with the account that "
        "used it, unique only together.\n"
    ) in run.text


def test_a_key_that_is_looked_up_alone_needs_another_tenant_to_show() -> None:
    """Nobody is turned away; Bob reads what Ada's key stored."""
    _desks("authentication first").run("-q").expect(findings=[], held=["idempotent POST /desks"])
    run = _desks("authentication first", BOB).run("-q")
    run.expect(findings=["idempotent/key-crosses-principals POST /desks"])
    assert "answered another principal under the same idempotency key with the stored answer" in run.text


def test_a_stored_answer_for_nobody_shows_where_another_tenant_is_known_as_well() -> None:
    """What Bob leaves under a key of his own is not what nobody at all is answered with."""
    run = _desks("key first", BOB).run("-q")
    run.expect(findings=["idempotent/key-crosses-principals POST /desks"])


NOTED = """class Seen(Base):
    __tablename__ = "seen"
    key: Mapped[str] = mapped_column(primary_key=True)


def note(db, key):
    if db.get(Seen, key) is None:
        db.add(Seen(key=key))
        db.commit()


"""


def test_a_key_that_is_noted_of_whoever_is_turned_away_is_no_work_done() -> None:
    """A store in front of the application writes the key down before anybody is asked who they are."""
    noting = _desks("authentication first", BOB).renamed(
        {
            "def application": f"{NOTED}def application",
            "person = person_of(authorization)": "note(db, idempotency_key); person = person_of(authorization)",
        }
    )
    noting.run("-q").expect(findings=["idempotent/key-crosses-principals POST /desks"])


@pytest.mark.parametrize("fixtures", ["", BOB])
def test_where_everybody_is_the_same_person_no_key_crosses(fixtures: str) -> None:
    """The suite replaced authentication: whoever asks is Ada."""
    run = _desks("authentication first", fixtures, people='return "Ada"').run("-q")
    run.expect(findings=[], held=["idempotent POST /desks"])


def test_another_tenant_that_is_the_same_one_is_nobody_else() -> None:
    """Headers that change nothing are no other principal."""
    run = _desks("authentication first", BOB.replace("bob", "ada")).run("-q")
    run.expect(findings=[], held=["idempotent POST /desks"])


def test_the_headers_of_another_tenant_may_be_numbers() -> None:
    """They are sent as their texts."""
    fixture = BOB.replace('"Bearer bob"}', '"Bearer bob", "X-Desk": 7}')
    run = _desks("authentication first", fixture).run("-q")
    run.expect(findings=["idempotent/key-crosses-principals POST /desks"])


def test_another_tenant_has_headers() -> None:
    """Anything else is a mistake of the suite."""
    run = _desks("key first", BOB.replace('{"Authorization": "Bearer bob"}', "'bob'")).run("-q")
    run.expect(findings=[], outcomes={"passed": 1, "failed": 1})
    assert "prodready_other_tenant: gives a str; it has to give a dict of headers" in run.text


SIGNED = """
import pytest
from fastapi import FastAPI, Header, HTTPException, Request
from fastapi.testclient import TestClient


@pytest.fixture
def rows():
    return {{}}


@pytest.fixture
def prodready_read_state(rows):
    return lambda: {{"events": rows}}

{fixtures}
@pytest.mark.idempotent(key="id")
def test_event(rows):
    app = FastAPI()

    @app.post("/hooks")
    def hook(body: dict, hook_signature: str = Header()):
        if body["id"] in rows:
            raise HTTPException({status})
        rows[body["id"]] = {{"signature": hook_signature}}
        return {{}}

    answer = TestClient(app).post("/hooks", json={{"id": "e-1"}}, headers={{"Hook-Signature": "s-1"}})
    assert answer.status_code == 200
"""
SIGN = """
@pytest.fixture
def prodready_sign():
    return {sign}

"""


def _signed(status: int, sign: str = "") -> Specimen:
    fixtures = SIGN.format(sign=sign) if sign else ""
    return Specimen({"test_hooks.py": SIGNED.format(status=status, fixtures=fixtures)})


def test_a_signed_webhook_that_is_told_409_comes_for_ever() -> None:
    """It is known for a duplicate, whatever signature it carries."""
    findings = ["idempotent/duplicate-rejected-forever POST /hooks"]
    _signed(409).run("-q", "-k", "duplicate").expect(findings=findings)
    _signed(409, "lambda body, headers: {'Hook-Signature': 's-2'}").run("-q", "-k", "duplicate").expect(
        findings=findings
    )


def test_a_400_may_be_for_the_old_signature_alone() -> None:
    """Without ``prodready_sign`` nobody knows; with it the event itself is refused."""
    run = _signed(400).run("-q", "-rs", "-k", "duplicate")
    run.expect(findings=[], outcomes={"skipped": 1})
    assert "the fixture prodready_sign signs duplicates anew" in run.text
    run = _signed(400, "lambda body, headers: {'Hook-Signature': 's-2'}").run("-q", "-k", "duplicate")
    run.expect(findings=["idempotent/duplicate-rejected-forever POST /hooks"])


@pytest.mark.parametrize(
    ("sign", "alarm"),
    [
        ("lambda body: {}", "prodready_sign: the function failed with TypeError; it is called with"),
        (
            "lambda body, headers: None",
            "prodready_sign: the function failed with TypeError; it is called with",
        ),
        ("'sha256=00'", "prodready_sign: gives a str; it has to give a function"),
    ],
)
def test_a_signature_that_cannot_be_made_is_a_mistake_of_the_suite(sign: str, alarm: str) -> None:
    """The variants fail with what is wrong; the test itself goes on."""
    run = _signed(400, sign).run("-q")
    run.expect(findings=[], outcomes={"passed": 1, "failed": 2})
    assert alarm in run.text


def test_a_failing_dependency_has_a_token() -> None:
    """``f``: the same schedule, exactly again."""
    files = {
        "test_claims.py": """
import httpx
import pytest
import respx
from fastapi import FastAPI, Header, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text


@pytest.mark.idempotent(key="Idempotency-Key")
@respx.mock
def test_claim(tmp_path):
    respx.post("https://psp.test/charges").mock(return_value=httpx.Response(201))
    engine = create_engine(f"sqlite:///{tmp_path / 'claims.db'}")
    with engine.begin() as db:
        db.execute(text("create table claims (key text primary key)"))
    app = FastAPI()

    @app.post("/charges", status_code=201)
    def charge(idempotency_key: str = Header()):
        with engine.begin() as db:
            done = db.execute(
                text("insert into claims values (:key) on conflict do nothing"), {"key": idempotency_key}
            )
        if not done.rowcount:
            return {}
        try:
            httpx.post("https://psp.test/charges", headers={"Idempotency-Key": idempotency_key})
        except httpx.HTTPError:
            raise HTTPException(502) from None
        return {}

    assert TestClient(app).post("/charges", headers={"Idempotency-Key": "k"}).status_code == 201
    engine.dispose()
"""
    }
    run = Specimen(files).run("-q")
    run.expect(findings=["idempotent/lost-work POST /charges"])
    assert "schedule         POST psp.test/charges fails; deliver again" in run.text
    token = run.report["findings"][0]["reproduce"]["argv"][-1] if run.report else ""
    assert token.startswith("--prodready-replay=f1.")
    Specimen(files).run("-q", "-k", "keys", token).expect(findings=["idempotent/lost-work POST /charges"])
