"""Redis: keys that last are rows, keys that expire are none, and what is published is a message."""

from __future__ import annotations

import os
import socket
import textwrap
from collections.abc import Mapping

import pytest

from pytest_prodready._outbound.keys import pattern, understand
from pytest_prodready.testing import Specimen

APP = """
import json
import time
import uuid

import fakeredis
import pytest
import redis
import redis.asyncio
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

app = FastAPI(openapi_url=None)
server = fakeredis.FakeServer()


def connect(**options):
    return {client}


def async_connect():
    return {async_client}


{routes}
@pytest.fixture(autouse=True)
def keys():
    r = connect()
    r.flushdb()
    r.set("wallet:7", 100)
    r.rpush("queue:mails", "first")
    r.rpush("numbers", 1, 2, 3)
    r.hset("order:7", mapping={{"state": "new", "seen": 1}})
    r.zadd("board", {{"ann": 1}})
    r.sadd("tags:7", "a")
    yield
    r.flushdb()


@pytest.mark.idempotent
@pytest.mark.parametrize("path", [route.path for route in app.routes if route.path[1] in "o0123456789"])
def test_op(path):
    assert TestClient(app).post(path).status_code == {status}
"""
ROUTE = """
@app.post("/{path}")
async def operation():
    r = connect()
{body}
    return {{}}


"""
FAKE = "fakeredis.FakeRedis(server=server, **options)", "fakeredis.FakeAsyncRedis(server=server)"
# The tests empty it, so each worker has one of its own, and only on a machine that is nobody's.
DATABASE = 13 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 3
REAL = f"redis.Redis(db={DATABASE}, **options)", f"redis.asyncio.Redis(db={DATABASE})"


@pytest.fixture(params=["fakeredis", "redis"])
def clients(request: pytest.FixtureRequest) -> tuple[str, str]:
    """How a client is made: fakeredis's, and in CI the real one."""
    if request.param == "redis":
        if not os.environ.get("CI"):
            pytest.skip("the tests empty a database of the Redis on 127.0.0.1, so they do it in CI alone")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", 6379)) != 0:
                pytest.fail("no Redis on 127.0.0.1:6379")
    return FAKE if request.param == "fakeredis" else REAL


def slug(name: str) -> str:
    return f"{len(name)}-{name.replace(' ', '-')}"


def cells(behaviour: str, ways: Mapping[str, str]) -> list[str]:
    return [f"{behaviour} POST /{slug(name)}" for name in ways]


def specimen(clients: tuple[str, str], ways: str | Mapping[str, str], *, status: int = 200) -> Specimen:
    named = {"op": ways} if isinstance(ways, str) else {slug(name): body for name, body in ways.items()}
    routes = "".join(
        ROUTE.format(path=path, body=textwrap.indent(body.strip(), "    ")) for path, body in named.items()
    )
    client, async_client = clients
    text = APP.format(client=client, async_client=async_client, routes=routes, status=status)
    return Specimen({"test_op.py": text})


AWAITED = """
async with async_connect() as a:
"""
TWICE = {
    "money": 'r.incrby("wallet:7", 25)',
    "one more": 'r.incr("wallet:7")',
    "a text": 'r.append("note:7", "x")',
    "pushed": 'r.rpush("queue:mails", "second")',
    "pushed what chance decides": 'r.rpush("queue:mails", str(uuid.uuid4()))',
    "popped": 'r.lpop("numbers")',
    "a field beside a token": 'r.hincrby("order:7", "paid", 25); r.hset("order:7", "token", str(uuid.uuid4()))',
    "a document": """
document = json.loads(r.get("account:7") or '{"balance": 100}')
document["balance"] -= 5
document["token"] = str(uuid.uuid4())
r.set("account:7", json.dumps(document))
""",
    "a cart": 'r.hincrby("cart:7", "sku-1", 2)',
    "a field": 'r.hincrby("order:7", "paid", 25)',
    "a score": 'r.zincrby("board", 5, "ann")',
    "a new key": 'r.set(f"order:{uuid.uuid4()}", "new")',
    "a script": 'r.eval("return redis.call(\'incrby\', KEYS[1], 5)", 1, "wallet:7")',
    "a pipeline": 'with r.pipeline() as p: p.incrby("wallet:7", 5).get("wallet:7").execute()',
    "a pipeline without a transaction": 'r.pipeline(transaction=False).decrby("wallet:7", 5).execute()',
    "a watched pipeline": """
def spend(p):
    left = int(p.get("wallet:7"))
    p.multi()
    p.set("wallet:7", left - 5)
r.transaction(spend, "wallet:7")
""",
    "written while watched": """
with r.pipeline() as p:
    p.watch("other")
    p.incrby("wallet:7", 5)
""",
    "decoded": 'connect(decode_responses=True).rpush("queue:mails", b"\\xff")',
    "awaited": AWAITED + '    await a.incrby("wallet:7", 25)',
    "an awaited pipeline": AWAITED + '    await a.pipeline().incrby("wallet:7", 5).execute()',
    "awaited and watched": AWAITED
    + """
    async with a.pipeline() as p:
        await p.watch("wallet:7")
        left = int(await p.get("wallet:7"))
        p.multi()
        p.set("wallet:7", left - 5)
        await p.execute()
""",
    "copied": 'r.copy("wallet:7", f"wallet:{uuid.uuid4()}")',
    "published": 'r.publish("orders:7", "paid")',
    "streamed": 'r.xadd("events", {"order": 7})',
    "published by a pipeline": 'r.pipeline().publish("orders:7", "paid").execute()',
}
ONCE = {
    "set": 'r.set("order:9", "paid")',
    "set if absent": 'if r.setnx("claim:9", "me"): r.incrby("wallet:7", 25)',
    "behind a lock that expires": """
if r.set("once:9", 1, nx=True, ex=60):
    r.incrby("wallet:7", 25)
""",
    "a member": 'r.sadd("tags:7", "b")',
    "fields": 'r.hset("order:7", mapping={"state": "paid", "by": "ann"})',
    "a field again": 'r.hdel("order:7", "state"); r.hset("order:7", "state", "paid")',
    "a moment": 'r.set("order:9", "paid"); r.hset("order:9:meta", "at", time.time())',
    "gone": 'r.delete("order:7")',
    "a cache beside it": 'r.set("order:9", "paid"); r.setex("cache:9", 60, str(uuid.uuid4()))',
    "a token": 'r.set("order:9", "paid"); r.hset("login:7", "token", str(uuid.uuid4()))',
    "a cache emptied": """
r.set("order:9", "paid")
r.delete("cache:9")
r.setex("cache:9", 60, str(uuid.uuid4()))
""",
    "a rate limit": 'r.set("order:9", "paid"); r.incr("rate:9"); r.expire("rate:9", 60)',
    "awaited": AWAITED + '    await a.set("order:9", "paid")',
}


def test_a_second_effect_is_found(clients: tuple[str, str]) -> None:
    """Each command that does more the second time, through clients, pipelines and scripts."""
    ways = {name: body for name, body in TWICE.items() if clients == REAL or name != "a script"}
    shown = specimen(clients, ways).run("--prodready-report", "-rs")
    shown.expect(
        findings=cells("idempotent/duplicate-effect", ways),
        text=[
            "wallet:*: 1 row changed (value) at test_op.py:",
            "queue:*: 1 row changed (size, value) at ",
            "order:*: 1 row changed (paid, token) at ",
            "order:*: 1 row inserted at ",
            "second effect: PUBLISH redis/orders:* at test_op.py:",
            "second effect: PUBLISH redis/events at test_op.py:",
        ],
    )
    assert shown.report is not None
    assert shown.report["alarms"] == []


def test_what_is_left_once_is_held(clients: tuple[str, str]) -> None:
    """Commands that leave the same, and whatever expires by itself, such as caches, locks and rate limits."""
    shown = specimen(clients, ONCE).run("--prodready-report", "-rs")
    shown.expect(findings=[], held=cells("idempotent", ONCE))
    assert shown.report is not None
    assert shown.report["alarms"] == []


def test_what_a_refused_request_leaves(clients: tuple[str, str]) -> None:
    """A key that stays is left behind; what was put back, expires or was never executed is not."""
    left = {
        "left": 'r.incrby("wallet:7", -5); raise HTTPException(409)',
        "put back": 'r.incrby("wallet:7", -5); r.incrby("wallet:7", 5); raise HTTPException(409)',
        "expires": 'r.set("hold:7", 1, ex=60); raise HTTPException(409)',
        "never executed": """
with r.pipeline() as p:
    p.incrby("wallet:7", -5)
    raise HTTPException(409)
""",
    }
    shown = specimen(clients, left, status=409).run("--prodready-report")
    shown.expect(
        findings=["atomic/effects-after-failure POST /4-left"],
        held=[cell for cell in cells("atomic", left) if not cell.endswith("-left")],
    )


def test_only_what_expires_is_no_effect(clients: tuple[str, str]) -> None:
    """A delivery that wrote a cache has no effect that a second one could repeat."""
    shown = specimen(clients, 'r.setex("cache:7", 60, str(uuid.uuid4()))').run("-rs")
    shown.expect(findings=[], text="the first delivery had no effect that was heard")


def test_a_command_that_may_write_anywhere_is_not_judged(clients: tuple[str, str]) -> None:
    """Emptying a database names no key."""
    body = 'r.flushdb(); r.set("order:9", "paid")'
    specimen(clients, body).run("-rs").expect(findings=[], text="wrote to tables that cannot be told")


def test_the_report_names_no_key(clients: tuple[str, str]) -> None:
    """What comes after a key's first part, and the values, are the customers'."""
    body = 'r.incrby("wallet:7", 2); r.lpush("ann@example.com", "secret"); r.hincrby("user:ann", "paid", 3); r.hincrby("user:ann", "ann@example.com", 3)'
    shown = specimen(clients, body).run("--prodready-report")
    shown.expect(findings=["idempotent/duplicate-effect POST /op"], text="user:*: 1 row changed (*, paid)")
    evidence = [line for line in shown.text.splitlines() if "row" in line or "effect" in line]
    assert not any("ann" in line or "secret" in line or "wallet:7" in line for line in evidence)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (b"wallet:7", "wallet:*"),
        (b"session", "session"),
        (b"rate-limit:1.2.3.4:x", "rate-limit:*"),
        (b"7:wallet", "*"),
        (b"ann@example.com", "*"),
        (b"\xff\xfe:1", "*"),
        (b"a" * 41 + b":1", "*"),
    ],
)
def test_a_key_is_shown_without_values(key: bytes, shown: str) -> None:
    """The first part where it is a short word, a star for the rest."""
    assert pattern(key) == shown


@pytest.mark.parametrize(
    ("command", "kind", "keys"),
    [
        (("SET", "a", 1), "write", (b"a",)),
        (("mset", "a", 1, "b", 2), "write", (b"a", b"b")),
        (("DEL", "a", b"b"), "write", (b"a", b"b")),
        (("BLPOP", "a", "b", 5), "write", (b"a", b"b")),
        (("BITOP", "AND", "to", "from"), "write", (b"to",)),
        (("EVALSHA", "abc", 2, "a", "b", "c"), "write", (b"a", b"b")),
        (("EVAL", "return 1", 0), "opaque", ()),
        (("ZMPOP", 1, "a", "MIN"), "write", (b"a",)),
        (("SORT", "a", "STORE", "b"), "opaque", ()),
        (("SORT", "a"), "silent", ()),
        (("CLIENT SETNAME", "x"), "silent", ()),
        (("FLUSHDB",), "opaque", ()),
        (("JSON.SET", "a", "$", "1"), "opaque", ()),
        (("MGET", "a", "b"), "read", (b"a", b"b")),
        (("PUBLISH", "news", "text"), "message", (b"news",)),
    ],
)
def test_commands_are_understood(command: tuple[object, ...], kind: str, keys: tuple[bytes, ...]) -> None:
    """Which keys a command writes is told by its table, not by guessing."""
    understood = understand(command)
    assert (understood.kind, understood.keys) == (kind, keys)


LEASED = """
import uuid

import fakeredis
import pytest
import redis
from fastapi import FastAPI, Header, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text

server = fakeredis.FakeServer()
claims = {client}


def application(engine):
    app = FastAPI()

    @app.post("/orders", status_code=201)
    def order(idempotency_key: str = Header()):
        if claims.get(f"done:{{idempotency_key}}"):
            return {{}}
        if not claims.set(f"claim:{{idempotency_key}}", 1, nx=True, ex={lease}):
            raise HTTPException(409)
        with engine.begin() as db:
            known = db.execute(text("select 1 from orders where key = :key"), {{"key": idempotency_key}})
            if known.first() is None or not {looks}:
                db.execute(text("insert into orders values (:key)"), {{"key": idempotency_key}})
        claims.set(f"done:{{idempotency_key}}", 1, ex={kept})
        claims.delete(f"claim:{{idempotency_key}}")
        return {{}}

    return app


@pytest.fixture
def key():
    key = str(uuid.uuid4())
    yield key
    claims.delete(f"done:{{key}}", f"claim:{{key}}")


@pytest.fixture
def client(tmp_path):
    engine = create_engine(f"sqlite:///{{tmp_path / 'orders.db'}}")
    with engine.begin() as db:
        db.execute(text("create table orders (key text)"))
    yield TestClient(application(engine))
    engine.dispose()


@pytest.mark.idempotent(crash=True)
def test_order(client, key):
    assert client.post("/orders", headers={{"Idempotency-Key": key}}).status_code == 201
"""
SERVERS = pytest.mark.parametrize(
    "client", ["fakeredis.FakeRedis(server=server)", 'redis.Redis("127.0.0.1")'], ids=["fake", "real"]
)
HOUR, DAY = 3600, 86400


def _reach() -> None:
    """Skip where no server runs; in CI that is a failure. Its keys are this test's own."""
    with socket.socket() as probe:
        probe.settimeout(1)
        absent = probe.connect_ex(("127.0.0.1", 6379)) != 0
    if absent:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Redis on 127.0.0.1:6379")


def _forgetting(client: str, variant: str, **times: object) -> list[str]:
    if "127.0.0.1" in client:
        _reach()
    files = {"test_it.py": LEASED.format(client=client, **times)}
    return [finding.split()[0] for finding in Specimen(files).run("-q", "-k", variant).findings]


@SERVERS
@pytest.mark.parametrize(
    ("lease", "rules"), [(HOUR, []), (DAY, ["idempotent/lost-work"])], ids=["hour", "day"]
)
def test_a_lease_on_the_server_is_over_when_its_time_has_come(
    client: str, lease: int, rules: list[str]
) -> None:
    """A server's clock stays where it is; twelve hours later a lease of an hour is gone all the same."""
    assert _forgetting(client, "crash", lease=lease, kept=DAY, looks=True) == rules


@SERVERS
@pytest.mark.parametrize(
    ("kept", "rules"), [(HOUR, ["idempotent/duplicate-effect"]), (DAY, [])], ids=["hour", "day"]
)
def test_an_answer_that_the_server_forgets_is_forgotten_when_its_time_has_come(
    client: str, kept: int, rules: list[str]
) -> None:
    """The late duplicate comes after twelve hours, whatever the server's own clock says."""
    assert _forgetting(client, "keys", lease=HOUR, kept=kept, looks=False) == rules
