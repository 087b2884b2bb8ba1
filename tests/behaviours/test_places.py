"""Whose line a place names, and whose write a write is."""

from __future__ import annotations

import textwrap

import pytest

from pytest_prodready.testing import Specimen

APP = """
import sqlite3

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

db = sqlite3.connect(":memory:", check_same_thread=False)
app = FastAPI()


def find(number):
    return db.execute("select word from checks where id = ?", (number,)).fetchone()


@app.put("/checks/{number}")
def put(number: int, body: dict):
    if not find(number):
        raise HTTPException(404)
    with db:
        if not db.execute("update checks set word = ? where id = ?", (body["word"], number)).rowcount:
            raise HTTPException(404)
        @REFUSE@
    return {}
"""
TEST = """
from unittest.mock import patch

@pytest.fixture
def client():
    with db:
        db.execute("drop table if exists checks")
        db.execute("create table checks (id integer primary key, word text)")
        db.execute("insert into checks values (1, 'a')")
    return TestClient(app)


def test_put(client):
    def double(number):
        with db:
            db.execute("delete from checks where id = ?", (number,))
        return ("a",)

    with patch(f"{find.__module__}.find", double):
        assert client.put("/checks/1", json={"word": "b"}).status_code == 404
"""


@pytest.mark.parametrize("apart", [True, False])
def test_a_double_that_writes_is_not_the_application(apart: bool) -> None:
    """Neither a finding nor a proof, also where the application stands in the test's own file."""
    app = APP.replace("@REFUSE@", "")
    files = (
        {"application.py": app, "test_it.py": "from application import *\n" + TEST}
        if apart
        else {"test_it.py": app + TEST}
    )
    shown = Specimen(files).run()
    shown.expect(findings=[], outcomes={"passed": 1})
    assert "atomic PUT /checks/{number}" in shown.cells("not-judged")


def test_an_application_that_a_test_defines_is_judged() -> None:
    """Its handlers are nested in the test, and call each other."""
    body = APP.replace("@REFUSE@", "db.commit(); raise HTTPException(422)").split("@app.put")
    text = body[0] + TEST.partition("\n\ndef test_put")[0] + "\n\ndef test_put(client):\n"
    nested = (
        "@app.put" + body[1] + "\nassert client.put('/checks/1', json={'word': 'b'}).status_code == 422\n"
    )
    shown = Specimen({"test_it.py": text + textwrap.indent(nested, "    ")}).run()
    shown.expect(findings=["atomic/effects-after-failure PUT /checks/{number}"])


def test_a_place_is_never_the_tests_own_request() -> None:
    """What a framework writes has no line in the application; the line that sent the request is none either."""
    text = """
import sqlite3
import sys

from flask import Flask
import pytest


@pytest.fixture
def client(tmp_path):
    app = Flask("x")
    with sqlite3.connect(tmp_path / "x.db") as db:
        db.execute("create table hits (id integer primary key)")

    @app.post("/x")
    def x():
        return {}

    # A framework's line: its code has a file name outside of the project.
    code = "def write(*_):\\n    with connect() as db: db.execute('insert into hits default values')\\n    return _[0]"
    names = {"connect": lambda: sqlite3.connect(tmp_path / "x.db")}
    exec(compile(code, "/usr/lib/framework.py", "exec"), names)
    app.after_request(names["write"])
    return app.test_client()


@pytest.mark.idempotent
def test_x(client):
    assert client.post("/x").status_code == 200
"""
    shown = Specimen({"test_it.py": text}).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect POST /x"], text="second effect: hits: 1 row inserted\n"
    )
