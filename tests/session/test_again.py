"""The command that a finding prints runs just this again, from where pytest was invoked."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_prodready.testing import Specimen

TEST = """
import sqlite3
from flask import Flask
import pytest

@pytest.fixture
def client(tmp_path):
    app = Flask("x")
    with sqlite3.connect(tmp_path / "x.db") as db:
        db.execute("create table hits (id integer primary key)")

    @app.post("/x")
    def x():
        with sqlite3.connect(tmp_path / "x.db") as db:
            db.execute("insert into hits default values")
        return {}

    return app.test_client()

@MARK@
def test_x(client):
    assert client.post("/x").status_code == 200
"""
ADDS = """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.idempotent)
"""


def run(directory: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "PYTEST_ADDOPTS": ""}
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    ).stdout


@pytest.mark.parametrize("by_conftest", [False, True])
def test_the_printed_command_shows_the_finding_again(tmp_path: Path, by_conftest: bool) -> None:
    """Also below the root directory, and where a conftest has added the marker."""
    inner = tmp_path / "app"
    (inner / "tests").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    mark = "" if by_conftest else "@pytest.mark.idempotent"
    (inner / "tests" / "test_x.py").write_text(TEST.replace("@MARK@", mark))
    if by_conftest:
        (inner / "conftest.py").write_text(ADDS)
    printed = re.search(r"again: pytest (.*)", run(inner))
    assert printed is not None
    again = run(inner, *shlex.split(printed.group(1)))
    assert "idempotent/duplicate-effect: POST /x" in again
    assert ("1 failed in" in again) is not by_conftest


def test_a_quiet_report_names_its_findings(tmp_path: Path) -> None:
    """One line a finding, and the counts."""
    (tmp_path / "test_x.py").write_text(TEST.replace("@MARK@", ""))
    shown = run(tmp_path, "-q", "--prodready=probe", "--prodready-report")
    assert "\nnote idempotent/unprotected POST /x at test_x.py:15\n" in shown


@pytest.mark.parametrize("flag", ["--prodready=probe", "--prodready-report"])
def test_the_command_of_a_finding_that_no_marker_asked_for_shows_it_again(flag: str) -> None:
    """A probe has to be asked for once more, and so has the report."""
    files = {
        "test_notes.py": """
import sqlite3

from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient


def test_note(tmp_path):
    db = sqlite3.connect(tmp_path / "notes.db", check_same_thread=False, isolation_level=None)
    db.execute("create table notes (text)")
    app = FastAPI()

    @app.put("/notes")
    def add(text: str):
        db.execute("insert into notes values (?)", (text,))

    @app.post("/refusals")
    def refuse():
        db.execute("insert into notes values ('refused')")
        raise HTTPException(422)

    @app.get("/notes")
    def notes():
        return db.execute("select text from notes").fetchall()

    client = TestClient(app)
    assert client.put("/notes?text=a").status_code == 200
    assert client.post("/refusals").status_code == 422
    assert len(client.get("/notes").json()) > 1
    db.close()
"""
    }
    first = Specimen(files).run(flag)
    assert first.report is not None
    assert first.report["findings"]
    for finding in first.report["findings"]:
        again = Specimen(files).run(*finding["reproduce"]["argv"][1:], paths=False)
        assert f"{finding['rule']} {finding['operation']}" in again.findings
