"""Orders: which are tried, what another one leaves, and what cannot be told."""

from __future__ import annotations

import pytest

from pytest_prodready._model.schedule import Schedule
from pytest_prodready._model.series import orders, size
from pytest_prodready._trial.drawing import moved
from pytest_prodready.testing import Specimen

CONFTEST = """
import sqlite3

import pytest

import app

RUNS = []


@pytest.fixture
def db(tmp_path, monkeypatch):
    RUNS.append(1)
    monkeypatch.setattr(app, "run", len(RUNS))
    monkeypatch.setattr(app, "path", str(tmp_path / "app.db"))
    con = app.connect()
    con.executescript(app.SCHEMA)
    yield con
    con.close()
"""
APP = """
import sqlite3
from contextlib import closing

path, run = "", 0
{imports}
SCHEMA = \"\"\"{schema}\"\"\"


def connect():
    con = sqlite3.connect(path, check_same_thread=False)
    con.row_factory = sqlite3.Row
    return con


def handle(message):
    with closing(connect()) as con, con:
        return act(con, **message)


def act(con, {parameters}):
{body}
"""
TEST = """
import pytest

import app


@pytest.mark.prodready(skip={{"idempotent/duplicate": "only the order is asked here"}})
@pytest.mark.idempotent(commutes=True)
def test_messages(db, prodready):
{body}
"""
STATUS = "create table cases (name text primary key, status text, sequence integer);"
OVERWRITE = """
con.execute("insert into cases values (?, ?, ?) on conflict (name) do update set status = excluded.status", (name, status, at))
"""
NEWER = """
con.execute(
    "insert into cases values (?, ?, ?) on conflict (name) do update set status = excluded.status, "
    "sequence = excluded.sequence where excluded.sequence > cases.sequence", (name, status, at))
"""
TWO = [{"name": "a", "at": 1, "status": "open"}, {"name": "a", "at": 2, "status": "closed"}]


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.strip("\n").splitlines())


def app(
    body: str, messages: list[dict[str, object]], schema: str, imports: str = "", between: str = ""
) -> Specimen:
    """An application whose handler has this body, and a test that delivers these messages to it."""
    sent = f"\n{between}\n".join(f"prodready.deliver(app.handle, {message!r})" for message in messages)
    parameters = ", ".join(f"{name}=None" for name in {name: 0 for one in messages for name in one})
    text = APP.format(imports=imports, schema=schema, parameters=parameters, body=indented(body))
    return Specimen(
        {"app.py": text, "conftest.py": CONFTEST, "test_app.py": TEST.format(body=indented(sent))}
    )


def held(specimen: Specimen) -> None:
    """The order was judged, and nothing was found."""
    specimen.run("-rs").expect(findings=[], held=["idempotent app:handle"])


def broken(specimen: Specimen, *texts: str) -> None:
    """The order matters."""
    specimen.run().expect(findings=["idempotent/reordered app:handle"], text=texts)


def not_judged(specimen: Specimen, why: str) -> None:
    """There is a reason, and no verdict."""
    specimen.run("-rs", "-k", "reorder").expect(outcomes={"skipped": 1}, findings=[], text=why)


@pytest.mark.parametrize("order", [(2, 1), (3, 1, 2), (12, 4, 7, 1)])
def test_a_token_names_an_order(order: tuple[int, ...]) -> None:
    """And leads back to it."""
    schedule = Schedule.of(order)
    assert Schedule.parse(schedule.token) == schedule
    assert schedule.delivery == min(order)


@pytest.mark.parametrize("token", ["o", "o1", "o1.", "o1.1", "o1-2", "x1.2"])
def test_what_names_no_order_is_no_token(token: str) -> None:
    """One delivery has no order, and none comes twice."""
    assert Schedule.parse(token) is None


def test_orders_come_smallest_first() -> None:
    """Fewer deliveries moved, then fewer pairs that changed places."""
    found = orders((1, 2, 3))
    assert found == [(1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)]
    assert [size(order)[0] for order in found] == [1, 1, 1, 1, 2]
    assert len(orders((1, 3, 4, 8))) == 23


def test_a_move_takes_a_delivery_elsewhere() -> None:
    """By so many places, and not beyond the ends."""
    assert moved((1, 2, 3, 4), [(1, False, 0)]) == (2, 1, 3, 4)
    assert moved((1, 2, 3, 4), [(9, False, 0), (9, True, 2)]) == (4, 2, 3, 1)


def test_a_finding_tells_the_smallest_order_and_what_it_left() -> None:
    """Word for word: the requests as they came, the row that differs, and how to see it again."""
    run = app(OVERWRITE, TWO, STATUS).run()
    run.expect(findings=["idempotent/reordered app:handle"])
    assert (
        """\
idempotent/reordered: app:handle left another state when its requests arrived in another order
  schedule         the requests arrive in the order 2, 1
  request 2        returned cases: 1 row inserted
  request 1        returned cases: 1 row changed (status)
  different: cases: 1 row inserted (sequence: number, status: value) at app.py:22
why:   Brokers and senders of webhooks deliver out of order: what was cancelled is active again, for good.
cure:  Compare a sequence number or a moment of the event with the stored one, and let an older event change nothing; keep a mark of what was deleted; let whichever event comes first make the row.
waive: @pytest.mark.prodready(skip={"idempotent": "<reason>"})
again: pytest 'test_app.py::test_messages[prodready:reorder]' --prodready-replay=o2.1
read:  docs/reference/idempotent.md
"""
        in run.text
    )


@pytest.mark.parametrize(
    ("token", "outcome"),
    [("o2.1.3", "passed"), ("o1.3.2", "failed"), ("o3.1", "skipped"), ("r1.1", "skipped")],
)
def test_a_token_tries_one_order_alone(token: str, outcome: str) -> None:
    """An order of other deliveries, or a schedule of another kind, is none of this variant."""
    messages = [{"name": "b", "at": 1, "status": "open"}, *TWO]
    run = app(OVERWRITE, messages, STATUS).run("-rs", "-k", "reorder", f"--prodready-replay={token}")
    run.expect(outcomes={outcome: 1})


def test_five_deliveries_are_drawn_and_shrunk_alike_in_every_run() -> None:
    """To a single move, with the same token; nothing is written beside the tests."""
    messages = [{"name": "a", "at": at, "status": f"s{at}"} for at in range(1, 6)]
    specimen = app(OVERWRITE, messages, STATUS)
    specimen.files["conftest.py"] += """

def pytest_sessionfinish(session):
    assert not (session.config.rootpath / ".hypothesis").exists()
"""
    runs = [specimen.run("-k", "reorder", *flags) for flags in ((), ("-n2",))]
    tokens = [run.report["findings"][0]["reproduce"]["argv"][-1] for run in runs if run.report]
    assert len(set(tokens)) == 1
    order = tuple(map(int, tokens[0].partition("=o")[2].split(".")))
    assert size(order)[0] == 1


# What a correct application leaves in another way.
ORDERS = "create table orders (id integer primary key, sku text unique); create table lines ({line});"
ORDER = """
con.execute("insert into orders (sku) values (?) on conflict (sku) do nothing", (sku,))
number = con.execute("select id from orders where sku = ?", (sku,)).fetchone()[0]
con.execute("insert into lines values (?, ?, ?)", (number, f'{{"order": {number}, "sku": "x"}}', amount))
"""
LINES = [{"sku": "lamp", "amount": 1}, {"sku": "desk", "amount": 2}, {"sku": "lamp", "amount": 2}]


@pytest.mark.parametrize(
    "line",
    ["o integer references orders (id), text text, amount integer", "o integer, text text, amount integer"],
)
def test_numbers_of_rows_and_what_refers_to_them_depend_on_the_order(line: str) -> None:
    """Also where the schema does not say what refers to what, and within texts."""
    held(app(ORDER, LINES, ORDERS.format(line=line)))


def test_a_reference_to_the_wrong_row_is_another_state() -> None:
    """Numbers are not just left out: they lead to what they refer to."""
    body = """
con.execute("insert into orders (sku) values (?) on conflict (sku) do nothing", (sku,))
number = con.execute("select max(id) from orders").fetchone()[0]
con.execute("insert into lines values (?, ?)", (number, amount))
"""
    specimen = app(body, LINES, ORDERS.format(line="o integer, amount integer"))
    broken(specimen, "lines: 1 row inserted (o: number)")


def test_a_number_that_a_message_brings_with_it_counts() -> None:
    """Two rows that have changed their states with each other are not the same two rows."""
    schema = "create table seats (id integer primary key, state text);"
    body = """
last = con.execute("select count(*) from seats").fetchone()[0]
con.execute("insert into seats values (?, ?)", (seat, "held" if last else "sold"))
"""
    broken(app(body, [{"seat": 7}, {"seat": 8}], schema), "seats: 1 row inserted (state: value)")


def test_moments_versions_and_logs_depend_on_the_order() -> None:
    """Whole seconds, a count of what was applied, and a log that tells what was not."""
    schema = (
        "create table cases (name text primary key, status text, sequence integer, version integer, seen text);"
        "create table log (id integer primary key, at text, outcome text);"
    )
    body = """
now = datetime.now(timezone.utc).isoformat(timespec="seconds")
known = con.execute("select * from cases where name = ?", (name,)).fetchone()
fresh = known is None or known["sequence"] < at
con.execute("insert into log (at, outcome) values (?, ?)", (now, "applied" if fresh else "ignored"))
if known is None:
    con.execute("insert into cases values (?, ?, ?, 1, ?)", (name, status, at, now))
elif fresh:
    con.execute("update cases set status = ?, sequence = ?, version = version + 1", (status, at))
con.execute("update cases set seen = ?", (now,))
"""
    messages = [*TWO, {"name": "a", "at": 3, "status": "archived"}]
    held(app(body, messages, schema, "from datetime import datetime, timezone\n"))


def test_what_the_clock_decides_is_no_finding_when_it_ticks_between_two_runs() -> None:
    """The test's own order is tried once more after an order that seems to break."""
    schema = "create table cases (name text primary key, due integer);"
    body = 'con.execute("insert into cases values (?, ?)", (name, 3600 + run // 4))'
    held(app(body, [{"name": "a"}, {"name": "b"}], schema))


def test_what_chance_decides_is_no_finding_where_a_plugin_seeds_it() -> None:
    """Every run draws the same numbers then, but other deliveries get them."""
    schema = "create table cases (name text primary key, code text, weight real);"
    body = (
        'con.execute("insert into cases values (?, ?, ?)", (name, random.choice("xyz") * 8, random.random()))'
    )
    specimen = app(body, [{"name": "a"}, {"name": "b"}], schema, "import random")
    seeded = specimen.files["test_app.py"].replace(
        "    prodready.deliver", "    app.random.seed(7)\n    prodready.deliver", 1
    )
    held(Specimen({**specimen.files, "test_app.py": seeded}))


def test_a_number_that_a_dependency_hands_out_depends_on_the_order() -> None:
    """Doubles count: the first call gets the first number, whoever makes it."""
    schema = "create table charges (name text primary key, charge text);"
    body = """
answer = httpx.post("https://psp.example/charges", json={"name": name})
con.execute("insert into charges values (?, ?)", (name, answer.json()["id"]))
"""
    specimen = app(body, [{"name": "a"}, {"name": "b"}], schema, "import httpx")
    double = """

@pytest.fixture(autouse=True)
def psp(respx_mock):
    numbers = iter(range(1, 9))
    respx_mock.post("https://psp.example/charges").mock(
        side_effect=lambda request: app.httpx.Response(201, json={"id": f"ch_{next(numbers)}"})
    )
"""
    held(Specimen({**specimen.files, "conftest.py": specimen.files["conftest.py"] + double}))


@pytest.mark.parametrize(
    ("write", "verdict"),
    [("state[name] = ", "broken"), ("if at > state.get(name, {'at': 0})['at']: state[name] = ", "held")],
)
def test_state_that_the_suite_reads_itself_is_compared(write: str, verdict: str) -> None:
    """Rows of a dictionary count like those of a table."""
    body = write + "{'status': status, 'at': at}"
    specimen = app(body, [*TWO, {"name": "b", "at": 1, "status": "open"}], STATUS, "state = {}")
    read = """

@pytest.fixture
def prodready_read_state():
    app.state.clear()
    return lambda: {"cases": app.state}
"""
    text = specimen.files["test_app.py"].replace("(db, prodready)", "(db, prodready, prodready_read_state)")
    specimen = Specimen(
        {**specimen.files, "conftest.py": specimen.files["conftest.py"] + read, "test_app.py": text}
    )
    broken(specimen, "cases: 1 row inserted (at: number, status: value)") if verdict == "broken" else held(
        specimen
    )


def test_who_is_told_to_come_later_comes_later() -> None:
    """A handler that raises gives its message back, and the broker delivers it again."""
    body = """
if kind == "made":
    con.execute("insert into cases values (?, 'open', 0)", (name,))
elif con.execute("update cases set status = ? where name = ?", (kind, name)).rowcount == 0:
    raise LookupError(name)
"""
    held(app(body, [{"kind": "made", "name": "a"}, {"kind": "closed", "name": "a"}], STATUS))


def test_a_message_that_is_dropped_when_it_is_early_is_lost() -> None:
    """Acknowledged and forgotten: the sender does not come again."""
    body = """
if kind == "made":
    con.execute("insert into cases values (?, 'open', 0)", (name,))
else:
    con.execute("update cases set status = ? where name = ?", (kind, name))
"""
    messages: list[dict[str, object]] = [{"kind": "made", "name": "a"}, {"kind": "closed", "name": "a"}]
    broken(app(body, messages, STATUS), "the order 2, 1", "cases: 1 row inserted (status: value)")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return {}", "had no effect that was heard"),
        ("con.execute(\"insert into log values (datetime('now'))\")", "a table that may be a log"),
    ],
    ids=["no-effects", "log-or-business"],
)
def test_deliveries_without_a_state_prove_nothing(body: str, why: str) -> None:
    """Two of them must have changed something that is more than a log."""
    not_judged(app(body, TWO, STATUS + "create table log (at text);"), why)


def test_one_delivery_has_no_order() -> None:
    """The test must make two to the same operation."""
    not_judged(app(NEWER, TWO[:1], STATUS), "makes one delivery to the operation")


def test_too_many_deliveries_are_not_tried() -> None:
    """Beyond twelve."""
    messages = [{"name": "a", "at": at, "status": "open"} for at in range(13)]
    not_judged(app(NEWER, messages, STATUS), "more often than is tried")


def test_what_happens_between_the_deliveries_may_matter() -> None:
    """Where the test itself writes in between, all at once is not the same, even in its own order."""
    between = 'db.execute("delete from cases"); db.commit()'
    not_judged(app(NEWER, TWO, STATUS, between=between), "what the test does between its deliveries")


def test_a_request_that_differs_from_run_to_run_is_not_judged() -> None:
    """Nobody knows what it would have been in another order."""
    specimen = app(NEWER, TWO, STATUS)
    text = specimen.files["test_app.py"].replace("'name': 'a'", "'name': f'a{app.run}'")
    not_judged(Specimen({**specimen.files, "test_app.py": text}), "answered differently")


def test_a_request_that_needs_an_answer_to_an_earlier_one_is_not_judged() -> None:
    """In another order it would be another request."""
    schema = "create table orders (id integer primary key, sku text);"
    body = """
if number:
    con.execute("insert into orders values (?, ?)", (number, sku))
    return number
return con.execute("insert into orders (sku) values (?)", (sku,)).lastrowid
"""
    specimen = app(body, [{"sku": "a", "number": 0}, {"sku": "b", "number": 5}], schema)
    text = specimen.files["test_app.py"].replace(
        "prodready.deliver(app.handle, {'sku': 'a'", "first = prodready.deliver(app.handle, {'sku': 'a'"
    )
    text = text.replace("'number': 5", "'number': first + 5")
    not_judged(Specimen({**specimen.files, "test_app.py": text}), "answered differently")
