"""Django's connections and mail: rows are committed where the application thinks so, whatever a test undoes."""

from __future__ import annotations

import importlib
from typing import Any
from urllib.parse import urlsplit

import pytest
from test_postgresql import server  # noqa: F401

from pytest_prodready._outbound import django, django_mail
from pytest_prodready._runtime.patcher import Patcher
from pytest_prodready._runtime.recorder import Recorder
from pytest_prodready.testing import Run, Specimen

INI = """
[pytest]
DJANGO_SETTINGS_MODULE = settings
pythonpath = .
asyncio_default_fixture_loop_scope = function
filterwarnings =
    error
    ignore:Module already imported so cannot be rewritten
    ignore:Django 2028 will not have a default mailer
"""

SETTINGS = """
SECRET_KEY = "tests"
INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "shop.urls"
DATABASES = {{"default": {{**{database}, "ATOMIC_REQUESTS": True}}}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
"""
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}

MODELS = """
from django.db import models


class Order(models.Model):
    key = models.CharField(max_length=20, unique=True)
    made = models.DateTimeField(auto_now=True)


class Line(models.Model):
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE)
    text = models.TextField()
"""

URLS = """
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.urls import path

from .models import Line, Order

ROUTES = []


def view(function):
    def wrapper(request):
        return HttpResponse(status=function(request.GET.get("key", "k")) or 200)
    return wrapper


def outside(function):
    ROUTES.append(path(f"{function.__name__}/", transaction.non_atomic_requests(view(function))))


def inside(function):
    ROUTES.append(path(f"{function.__name__}/", view(function)))


@outside
def autocommit(key): Line.objects.create(text=key)


@outside
def block(key):
    with transaction.atomic():
        Line.objects.create(text=key)
        with transaction.atomic():
            Line.objects.create(text=key)


@inside
def request(key): Line.objects.create(text=key)


@inside
def savepoint(key):
    try:
        with transaction.atomic():
            Order.objects.create(key=key)
    except IntegrityError:
        return 409


@outside
def caught(key):
    try:
        Order.objects.create(key=key)
    except IntegrityError:
        return 200 if Order.objects.get(key=key).pk else 500


@outside
def bulk(key):
    try:
        Order.objects.bulk_create([Order(key=key), Order(key=key + "+")])
    except IntegrityError:
        return 200 if Order.objects.count() == 2 else 500


@outside
def upsert(key):
    Order.objects.bulk_create([Order(key=key)], update_conflicts=True, unique_fields=["key"], update_fields=["made"])


@outside
def raw(key):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO shop_line (text) VALUES (%s)", [key + "%"])


@outside
def undone(key):
    try:
        with transaction.atomic():
            Line.objects.create(text=key)
            raise KeyError(key)
    except KeyError:
        return 409


@outside
def marked(key):
    with transaction.atomic():
        Line.objects.create(text=key)
        transaction.set_rollback(True)
    return 409


@inside
def refused(key):
    Line.objects.create(text=key)
    raise KeyError(key)


@outside
def left(key):
    Order.objects.create(key=key)
    return 409


@outside
def cascade(key):
    Order.objects.filter(key="old").delete()
    return 409


@outside
def letter(key):
    if Order.objects.get_or_create(key=key)[1]:
        mail.send_mail("Hello", key, "a@shop.example", ["b@shop.example"])


@outside
def letters(key):
    Order.objects.get_or_create(key=key)
    mail.send_mass_mail([("Hello", key, "a@shop.example", [name]) for name in ("b@shop.example", "c@shop.example")])


@inside
def later(key):
    Order.objects.get_or_create(key=key)
    transaction.on_commit(lambda: mail.send_mail("Hello", key, "a@shop.example", ["b@shop.example"]))


@inside
def once(key):
    if Order.objects.get_or_create(key=key)[1]:
        transaction.on_commit(lambda: mail.send_mail("Hello", key, "a@shop.example", ["b@shop.example"]))


@outside
def manual(key):
    transaction.set_autocommit(False)
    try:
        Line.objects.create(text=key)
        transaction.rollback()
        Line.objects.create(text=key)
        transaction.commit()
        Line.objects.create(text=key)
        transaction.rollback()
    finally:
        transaction.set_autocommit(True)


urlpatterns = ROUTES
"""

TESTS = """
import pytest
from django.core import mail
from django.test import TestCase, TransactionTestCase

from shop.models import Line, Order

GOOD = [
    "autocommit", "block", "request", "savepoint", "caught", "bulk", "upsert", "raw", "letter", "letters",
    "later", "once",
]
BAD = ["undone", "marked", "refused", "left", "cascade"]


def deliver(name, client):
    client.raise_request_exception = False
    return client.post(f"/{name}/").status_code


def remember():
    Line.objects.create(order=Order.objects.create(key="old"), text="old")


@pytest.mark.idempotent
@pytest.mark.parametrize("name", GOOD)
def test_good(name, client, %(fixture)s): assert deliver(name, client) == 200


@pytest.mark.parametrize("name", BAD)
def test_bad(name, client, %(fixture)s):
    remember()
    assert deliver(name, client) >= 400


@pytest.mark.idempotent
def test_manual(client, transactional_db):
    assert deliver("manual", client) == 200
    assert Line.objects.count() == %(lines)s


def test_counted(client, %(fixture)s, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.post("/raw/")
    client.post("/letter/")
    client.post("/letters/")
    assert len(mail.outbox) == 3


class TestOfUnittest(%(case)s):
    @pytest.mark.idempotent
    def test_caught(self):
        assert deliver("caught", self.client) == 200
        assert Order.objects.count() == 1

    def test_counted(self):
        with self.assertNumQueries(1):
            self.client.post("/raw/")
        self.client.post("/letter/")
        assert len(mail.outbox) == 1
"""
EFFECTS = ("autocommit", "block", "letters", "raw", "request")
LEFT = ("cascade", "left")


def specimen(database: dict[str, Any], *, commits: bool) -> Specimen:
    """The shop, with tests that commit or that undo everything."""
    words = {
        "fixture": "transactional_db" if commits else "db",
        "case": "TransactionTestCase" if commits else "TestCase",
        "lines": "2 if 'duplicate' in __import__('os').environ['PYTEST_CURRENT_TEST'] else 1",
    }
    return Specimen(
        {
            "pytest.ini": INI,
            "settings.py": SETTINGS.format(database=database),
            "shop/__init__.py": "",
            "shop/models.py": MODELS,
            "shop/urls.py": URLS,
            "test_it.py": TESTS % words,
        }
    )


def judge(shown: Run, *, commits: bool) -> None:
    """The same verdicts on both kinds of tests; only what waits for a commit differs."""
    duplicated = {*EFFECTS, "manual", *(("later",) if commits else ())}
    findings = {f"idempotent/duplicate-effect POST /{name}/" for name in duplicated}
    findings |= {f"atomic/effects-after-failure POST /{name}/" for name in LEFT}
    assert set(shown.findings) == findings, shown.text
    held = set(shown.cells("held"))
    for name in ("savepoint", "caught", "bulk", "upsert", "letter", "once"):
        assert f"idempotent POST /{name}/" in held, (name, shown.text)
    for name in ("undone", "marked", "refused"):
        assert f"atomic POST /{name}/" in held, (name, shown.text)
    assert ("idempotent POST /later/" in shown.cells("not-judged")) is not commits
    assert ("callbacks wait for a commit" in shown.text) is not commits
    assert shown.outcomes["failed"] == len(duplicated), shown.text
    assert "error" not in shown.outcomes, shown.text
    assert shown.report is not None
    assert shown.report["alarms"] == []


@pytest.mark.parametrize("commits", [False, True], ids=["rolled back", "committed"])
def test_rows_and_mail_on_sqlite(commits: bool) -> None:
    """Autocommit, blocks, requests, savepoints, refused statements and callbacks, in tests of both kinds."""
    shown = specimen(SQLITE, commits=commits).run("-rs", "-p", "no:randomly", subprocess=True)
    judge(shown, commits=commits)


@pytest.mark.parametrize("commits", [False, True], ids=["rolled back", "committed"])
def test_rows_and_mail_on_postgresql(server: str, commits: bool) -> None:  # noqa: F811
    """The same where a refused statement breaks the transaction that it is in."""
    address = urlsplit(server)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.path.strip("/"),
        "USER": address.username,
        "PASSWORD": address.password or "",
        "HOST": address.hostname or address.query.partition("host=")[2].replace("%2F", "/"),
        "PORT": address.port or "",
        "TEST": {"NAME": f"prodready_django_{commits}".lower()},
    }
    flags = ("-rs", "-p", "no:randomly", "--create-db")
    judge(specimen(database, commits=commits).run(*flags, subprocess=True), commits=commits)


def test_closing_puts_everything_back() -> None:
    """Cursors, connections, atomic blocks and backends of mail are as they were."""
    names = {
        "django.db.backends.utils": "CursorWrapper",
        "django.db.backends.base.base": "BaseDatabaseWrapper",
        "django.db.transaction": "Atomic",
        "django.core.mail.message": "EmailMessage",
        "django.core.mail.backends.locmem": "EmailBackend",
    }
    owners = [getattr(importlib.import_module(module), name) for module, name in names.items()]
    before = [dict(vars(owner)) for owner in owners]
    patcher = Patcher()
    for seam in (*django.seam(Recorder("nowhere")), *django_mail.seam(Recorder("nowhere"))):
        patcher.listen(seam)
    assert all(dict(vars(owner)) != old for owner, old in zip(owners, before, strict=True))
    patcher.close()
    assert [dict(vars(owner)) for owner in owners] == before
