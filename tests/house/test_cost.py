"""Cost: a run that does not use the plugin is not touched by it, and does not see it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from .repository import PLUGIN, python, side_by_side

# Runs pytest in a process that has imported every library we listen to, and looks at them during a test.
_LOOK = """
import concurrent.futures, importlib, json, logging, sqlite3, sys, threading
import httpx, pytest, requests, sqlalchemy, sqlalchemy.engine.interfaces, sqlalchemy.orm
import starlette.testclient

OWNERS = {
    "httpx.Client": httpx.Client,
    "httpx.AsyncClient": httpx.AsyncClient,
    "httpx.ASGITransport": httpx.ASGITransport,
    "httpx.HTTPTransport": httpx.HTTPTransport,
    "requests.Session": requests.Session,
    "sqlalchemy.engine.Engine": sqlalchemy.engine.Engine,
    "sqlalchemy.engine.Dialect": sqlalchemy.engine.interfaces.Dialect,
    "sqlalchemy.orm.Session": sqlalchemy.orm.Session,
    "starlette.testclient._TestClientTransport": starlette.testclient._TestClientTransport,
    "sqlite3": sqlite3,
    "threading.Thread": threading.Thread,
    "concurrent.futures.ThreadPoolExecutor": concurrent.futures.ThreadPoolExecutor,
    "logging": logging,
}
ENGINE = sqlalchemy.create_engine("sqlite://")
LISTENED = ("before_cursor_execute", "after_cursor_execute", "commit", "rollback")

def picture():
    return {name: [(key, id(value)) for key, value in vars(owner).items()] for name, owner in OWNERS.items()}

def ours(thing, room="pytest_prodready"):
    return (getattr(thing, "__module__", None) or getattr(thing, "__name__", "")).startswith(room)

class Look:
    def pytest_fixture_setup(self, fixturedef):
        if ours(fixturedef.func):
            seen["fixtures"].append(fixturedef.argname)

    def pytest_runtest_call(self, item):
        now, manager = picture(), item.config.pluginmanager
        seen["patched"] = [name for name in OWNERS if now[name] != before[name]]
        seen["listeners"] = [name for name in LISTENED if len(getattr(ENGINE.dispatch, name))]
        seen["imported hooks"] = [name for name in ("wrapt",) if name in sys.modules]
        seen["hooks"] = {
            manager.get_name(plugin): sorted(caller.name for caller in manager.get_hookcallers(plugin) or ())
            for plugin in manager.get_plugins()
            if ours(plugin) or ours(type(plugin))
        }

before, seen = picture(), {"fixtures": []}
code = pytest.main(sys.argv[2:], plugins=[Look()])
seen["after"] = [name for name, entries in picture().items() if entries != before[name]]
with open(sys.argv[1], "w") as file:
    json.dump(seen, file)
sys.exit(int(code))
"""

_ENTRY = ["pytest_addhooks", "pytest_addoption", "pytest_configure", "pytest_unconfigure"]
_COLLECTING = ["pytest_collection_modifyitems", "pytest_make_collect_report", "pytest_report_header"]

_SUITE = {
    "pytest.ini": "[pytest]\nmarkers =\n    slow: takes long\n",
    "shop.py": "def price(pieces):\n    if pieces > 9:\n        return 9\n    return pieces\n",
    "test_shop.py": """
import logging
import unittest
import warnings

import pytest

from shop import price


@pytest.fixture(autouse=True)
def spoken():
    print("set up")
    yield
    print("torn down")


@pytest.fixture
def absent():
    raise LookupError("nothing there")


@pytest.mark.slow
@pytest.mark.parametrize("pieces", [1, 2, 3])
def test_price(pieces):
    assert price(pieces) == pieces


def test_fails():
    logging.getLogger("shop").warning("too many")
    print("many")
    assert price(12) == 12


def test_errors(absent):
    pass


def test_warns():
    warnings.warn("old price", UserWarning)


@pytest.mark.skip(reason="closed")
def test_skipped():
    pass


@pytest.mark.xfail(reason="not yet")
def test_expected():
    assert price(10) == 10


class TestClass(unittest.TestCase):
    def test_method(self):
        with self.subTest("zero"):
            self.assertEqual(price(0), 0)
""",
}

_FLAGS = {
    "plain": (),
    "verbose": ("-vv", "-ra"),
    "warnings are errors": ("-W", "error"),
    "strict": ("--strict-markers", "--strict-config"),
    "two workers": ("-p", "xdist.plugin", "-n2", "--dist=loadfile"),
    "no logging": ("-p", "no:logging"),
    "no terminal": ("-p", "no:terminalreporter"),
    "no capture": ("-s",),
    "coverage gate": ("-p", "pytest_cov.plugin", "--cov=shop", "--cov-fail-under=100"),
    "markers of others": ("-m", "not slow"),
}


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A tiny suite with every outcome, in a directory of its own."""
    directory = tmp_path / "suite"
    directory.mkdir()
    for name, text in _SUITE.items():
        (directory / name).write_text(text.lstrip(), encoding="utf-8")
    return directory


def _look(tmp_path: Path, suite: Path, *flags: str) -> dict[str, Any]:
    told = tmp_path / "told.json"
    run = python("-c", _LOOK, str(told), "-q", f"--rootdir={suite}", "-p", PLUGIN, *flags, cwd=suite)
    assert told.is_file(), run.stdout
    seen: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return seen


def test_a_run_that_does_not_use_it_is_not_touched(tmp_path: Path, suite: Path) -> None:
    """Merely installed: nothing patched, no listener, no fixture of ours, and only the hooks that collect."""
    assert _look(tmp_path, suite) == {
        "patched": [],
        "listeners": [],
        "imported hooks": [],
        "fixtures": [],
        "hooks": {PLUGIN: _ENTRY, "prodready-collecting": _COLLECTING},
        "after": [],
    }


def test_switched_off_it_only_registers_its_markers(tmp_path: Path, suite: Path) -> None:
    """With ``--prodready=off`` not even collection is looked at."""
    assert _look(tmp_path, suite, "--prodready=off")["hooks"] == {PLUGIN: _ENTRY}


def test_the_look_notices_a_run_that_listens(tmp_path: Path, suite: Path) -> None:
    """The picture that finds nothing in an unused run finds the seams of a watched one, and none after it."""
    seen = _look(tmp_path, suite, "--prodready-report")
    assert {"httpx.Client", "sqlite3", "threading.Thread"} <= set(seen["patched"])
    assert seen["listeners"]
    assert "prodready-running" in seen["hooks"]


@pytest.mark.parametrize("flags", _FLAGS.values(), ids=list(_FLAGS))
def test_an_unused_plugin_prints_nothing(flags: tuple[str, ...], suite: Path) -> None:
    """The output and the exit code are the same bytes with and without the plugin."""
    twin = suite.with_name("twin")
    shutil.copytree(suite, twin)
    runs = list(
        side_by_side(
            lambda one: _output(one[0], *one[1], *flags),
            [(suite, ()), (twin, ("-p", PLUGIN))],
        )
    )
    assert runs[0] == runs[1]
    assert runs[0][0] == pytest.ExitCode.TESTS_FAILED, runs[0][1]


def _output(directory: Path, *flags: str) -> tuple[int, str]:
    """Exit code and output, without what differs between any two runs: durations, workers, plugins."""
    arguments = ("-m", "pytest", "-p", "no:cacheprovider", "--rootdir=.", *flags)
    run = python(*arguments, cwd=directory)
    text = re.sub(r"^plugins: .*\n", "", run.stdout, flags=re.MULTILINE)
    text = re.sub(r"=* ?(.* in )\d+\.\d+s( \([\d:]+\))? ?=*\n", r"\1TIME\n", text)
    text = re.sub(r"\[gw\d\]", "[gw]", text)
    return run.returncode, text.replace(str(directory), "SUITE")
