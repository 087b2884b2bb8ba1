"""What the plugin costs, beside its peers, in one command: ``python benchmarks/overhead.py``.

Two suites are made in a temporary directory: trivial tests (2,000 in 20 files) and a web suite (200 tests
of a FastAPI application with SQLAlchemy on SQLite, each with 3 to 5 requests of which at least two write).
Every configuration runs once a round, in rotating order, so that a busy machine is busy for all of them.
What is measured is the CPU time of the child process, user and system. Children are kept on one core
where the system allows it: a test client's threads hand over at a cost that depends on where they run.

Budgets: installed and unused, at most 10 ms CPU at start-up and 30 µs a test; recording
(``--prodready-report``), at most 150 µs a test, and on the web suite 5 % of its own time on top.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

FILES = 20
WEB_SHARE = 10  # one web test for so many trivial ones
START_UPS = 3  # rounds of the start-up for each round of the suites: they are short, hence noisy

BUDGET_START_UP = 0.010
BUDGET_UNUSED = 30e-6
BUDGET_RECORDING = 150e-6
BUDGET_WEB = 0.05

CONFIGURATIONS: dict[str, tuple[str, ...]] = {
    "pytest": (),
    "+ installed, unused": ("-p", "pytest_prodready.plugin"),
    "+ --prodready-report": ("-p", "pytest_prodready.plugin", "--prodready-report"),
    "pytest-cov --cov": ("-p", "pytest_cov.plugin", "--cov=.", "--cov-report="),
    "pytest-html --html": ("-p", "pytest_metadata.plugin", "-p", "pytest_html.plugin", "--html=report.html"),
}
PLAIN, UNUSED, RECORDING = list(CONFIGURATIONS)[:3]

SHOP = """
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker
from sqlalchemy.pool import StaticPool


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)


class Article(Base):
    __tablename__ = "articles"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    stock: Mapped[int]
    price: Mapped[int]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    state: Mapped[str] = mapped_column(default="open")
    lines: Mapped[list["Line"]] = relationship(cascade="all, delete-orphan")


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    pieces: Mapped[int]


Factory = sessionmaker()
app = FastAPI()


def connect():
    engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
    Base.metadata.create_all(engine)
    Factory.configure(bind=engine)
    return engine


def db():
    with Factory() as session:
        yield session


class NewCustomer(BaseModel):
    name: str
    email: str


class NewLine(BaseModel):
    article: int
    pieces: int


class NewOrder(BaseModel):
    customer: int
    lines: list[NewLine]


@app.post("/customers", status_code=201)
def add_customer(new: NewCustomer, session: Session = Depends(db)):
    customer = Customer(**new.model_dump())
    session.add(customer)
    session.commit()
    return {"id": customer.id, "name": customer.name}


@app.get("/customers/{customer_id}")
def read_customer(customer_id: int, session: Session = Depends(db)):
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise HTTPException(404, "no such customer")
    return {"id": customer.id, "name": customer.name, "email": customer.email}


@app.post("/orders", status_code=201)
def add_order(new: NewOrder, session: Session = Depends(db)):
    if session.get(Customer, new.customer) is None:
        raise HTTPException(404, "no such customer")
    order = Order(customer_id=new.customer)
    for line in new.lines:
        article = session.get(Article, line.article)
        if article is None or article.stock < line.pieces:
            raise HTTPException(409, "out of stock")
        article.stock -= line.pieces
        order.lines.append(Line(article_id=line.article, pieces=line.pieces))
    session.add(order)
    session.commit()
    return {"id": order.id, "state": order.state}


@app.get("/orders/{order_id}")
def read_order(order_id: int, session: Session = Depends(db)):
    order = session.scalars(select(Order).where(Order.id == order_id)).one()
    return {"id": order.id, "state": order.state, "lines": [line.pieces for line in order.lines]}


@app.post("/orders/{order_id}/cancel")
def cancel(order_id: int, session: Session = Depends(db)):
    order = session.get(Order, order_id)
    order.state = "cancelled"
    for line in order.lines:
        session.get(Article, line.article_id).stock += line.pieces
    session.commit()
    return {"id": order.id, "state": order.state}
"""

WEB_CONFTEST = """
import pytest
from fastapi.testclient import TestClient

from shop import Article, Factory, app, connect


@pytest.fixture
def client():
    engine = connect()
    with Factory() as session:
        session.add_all(Article(name=f"article {n}", stock=50, price=n) for n in range(1, 11))
        session.commit()
    yield TestClient(app)
    engine.dispose()
"""

WEB_HEAD = """
def a_customer(client, n):
    answer = client.post("/customers", json={"name": f"Ann {n}", "email": f"ann{n}@example.com"})
    assert answer.status_code == 201
    return answer.json()["id"]


def an_order(client, customer, n):
    lines = [{"article": n % 10 + 1, "pieces": 2}, {"article": (n + 3) % 10 + 1, "pieces": 1}]
    answer = client.post("/orders", json={"customer": customer, "lines": lines})
    assert answer.status_code == 201
    return answer.json()["id"]
"""

# Three, four and five requests; two, two and three of them write.
WEB_TESTS = (
    """
def test_{n}(client):
    order = an_order(client, a_customer(client, {n}), {n})
    assert client.get(f"/orders/{{order}}").json()["lines"] == [2, 1]
""",
    """
def test_{n}(client):
    customer = a_customer(client, {n})
    assert client.get(f"/customers/{{customer}}").json()["name"] == "Ann {n}"
    order = an_order(client, customer, {n})
    assert client.get(f"/orders/{{order}}").json()["state"] == "open"
""",
    """
def test_{n}(client):
    customer = a_customer(client, {n})
    order = an_order(client, customer, {n})
    assert client.post(f"/orders/{{order}}/cancel").json()["state"] == "cancelled"
    assert client.get(f"/orders/{{order}}").json()["state"] == "cancelled"
    assert client.get("/customers/999").status_code == 404
""",
)


@dataclass
class Timings:
    """CPU seconds of one suite: configuration to one number a round."""

    title: str
    directory: Path
    tests: int
    flags: tuple[str, ...] = ()
    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in CONFIGURATIONS})

    def round(self, number: int) -> None:
        """Run every configuration once, beginning with another one each round."""
        names = list(CONFIGURATIONS)
        start = number % len(names)
        for name in names[start:] + names[:start]:
            self.seconds[name].append(self._run(name))

    def warm_up(self) -> None:
        """Compile everything; the numbers are thrown away."""
        for name in CONFIGURATIONS:
            self._run(name)

    def least(self, name: str) -> float:
        return min(self.seconds[name])

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def extra(self, name: str) -> float:
        """Median over the rounds of what the configuration costs more than plain pytest in that round."""
        pairs = zip(self.seconds[name], self.seconds[PLAIN], strict=True)
        return statistics.median(one - plain for one, plain in pairs)

    def ratio(self, name: str) -> float:
        """Median over the rounds of the configuration's time to plain pytest's in that round."""
        pairs = zip(self.seconds[name], self.seconds[PLAIN], strict=True)
        return statistics.median(one / plain for one, plain in pairs)

    def _run(self, name: str) -> float:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [*command, f"--rootdir={self.directory}", *self.flags, *CONFIGURATIONS[name]],
            cwd=self.directory,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(f"{self.title}, {name}: pytest failed\n{done.stdout[-4000:]}")
        return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the suites, time them, print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7, help="paired rounds (default 7)")
    parser.add_argument("--tests", type=int, default=2000, help="trivial tests (default 2000; web: a tenth)")
    options = parser.parse_args(arguments)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="overhead-") as name:
        root = Path(os.path.realpath(name))
        empty = Timings("start-up", _empty(root / "empty"), 1, ("--collect-only",))
        trivial = Timings("trivial", _trivial(root / "trivial", options.tests), options.tests)
        web_tests = max(1, options.tests // WEB_SHARE)
        web = Timings("web", _web(root / "web", web_tests), web_tests)
        for suite in (empty, trivial, web):
            suite.warm_up()
        for number in range(options.rounds):
            for again in range(START_UPS):
                empty.round(number * START_UPS + again)
            trivial.round(number)
            web.round(number)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    _print(empty, trivial, web, options.rounds)


def _print(empty: Timings, trivial: Timings, web: Timings, rounds: int) -> None:
    print(f"CPU time, {rounds} paired rounds, Python {sys.version.partition(' ')[0]}")
    print("x: to plain pytest in the same round, median; net: start-up taken off")
    for suite in (empty, trivial, web):
        title = f"{suite.title}: {suite.tests} tests" if suite.tests > 1 else "start-up: --collect-only"
        print(
            f"\n{title:<26}{'min ms':>10}{'median ms':>11}{'x':>8}{'extra ms':>10}{'µs a test':>11}{'net':>8}"
        )
        for name in CONFIGURATIONS:
            extra = suite.extra(name)
            a_test = f"{extra / suite.tests * 1e6:>11.0f}" if suite.tests > 1 else f"{'':>11}"
            net = f"{(extra - empty.extra(name)) / suite.tests * 1e6:>8.0f}" if suite.tests > 1 else ""
            print(
                f"{name:<26}{suite.least(name) * 1e3:>10.0f}{suite.median(name) * 1e3:>11.0f}"
                f"{suite.ratio(name):>8.2f}{extra * 1e3:>10.1f}{a_test}{net}"
            )
    print("\nbudgets (extra, median of the pairs)")
    recorded = web.extra(RECORDING)
    _budget("start-up, unused", empty.extra(UNUSED) * 1e3, BUDGET_START_UP * 1e3, "ms")
    _budget("unused, a test", trivial.extra(UNUSED) / trivial.tests * 1e6, BUDGET_UNUSED * 1e6, "µs")
    _budget("recording, a test", trivial.extra(RECORDING) / trivial.tests * 1e6, BUDGET_RECORDING * 1e6, "µs")
    allowed = BUDGET_RECORDING * web.tests + BUDGET_WEB * web.median(PLAIN)
    _budget("recording, web suite", recorded * 1e3, allowed * 1e3, "ms")


def _budget(what: str, seen: float, allowed: float, unit: str) -> None:
    verdict = "within" if seen <= allowed else "OVER"
    print(f"{what:<26}{seen:>8.1f} {unit} of {allowed:.0f} {unit}  {verdict}")


def _environment() -> dict[str, str]:
    foreign = ("PYTEST_", "PRODREADY", "COV_", "COVERAGE_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONHASHSEED": "0"}


def _empty(directory: Path) -> Path:
    return _write(directory, {"test_empty.py": "def test_empty(): pass\n"})


def _trivial(directory: Path, tests: int) -> Path:
    return _write(
        directory,
        {
            f"test_trivial_{file:02}.py": "".join(
                f"def test_{n}():\n    assert {n} + 1 == {n + 1}\n\n\n" for n in range(file, tests, FILES)
            )
            for file in range(FILES)
        },
    )


def _web(directory: Path, tests: int) -> Path:
    files = {"shop.py": SHOP, "conftest.py": WEB_CONFTEST}
    for file in range(FILES):
        numbers = range(file, tests, FILES)
        files[f"test_web_{file:02}.py"] = WEB_HEAD + "".join(
            "\n" + WEB_TESTS[n % len(WEB_TESTS)].format(n=n) for n in numbers
        )
    return _write(directory, files)


def _write(directory: Path, files: dict[str, str]) -> Path:
    directory.mkdir()
    for name, text in files.items():
        (directory / name).write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    return directory


if __name__ == "__main__":
    main()
