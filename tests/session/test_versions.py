"""Libraries that are too old, have moved what is listened at, or are missing: each is told once, and nothing breaks."""

from __future__ import annotations

import importlib.metadata

import pytest

from pytest_prodready.testing import Run, Specimen

OLD = """
import importlib.metadata

_real = importlib.metadata.version
importlib.metadata.version = lambda name: "0.20.4" if name == "starlette" else _real(name)
"""
TOLD = (
    "Starlette client is not heard: starlette 0.20.4 is older than 0.27, the lowest supported; "
    "pip install 'starlette>=0.27'"
)
PAY = """
import pytest


@pytest.mark.idempotent
def test_pay(client):
    assert client.post("/payments", json={"amount": 1}).status_code == 201
"""
MOVED = """
import pika.channel

del pika.channel.Channel.basic_publish
"""
MISSING = """
import sys


class Absent:
    def find_spec(self, name, *_):
        if name == "celery":
            raise ModuleNotFoundError("No module named 'celery'", name="celery")


sys.meta_path.insert(0, Absent())
"""
CALL = """
import pytest


@pytest.mark.idempotent(call="tasks:charge")
def test_charge():
    pass
"""


def run(files: dict[str, str], *options: str) -> Run:
    """In a process of its own, where every warning is an error, but for those of the runner and its plugins."""
    ours = ("error", "ignore:Module already imported", 'ignore:The configuration option "asyncio_default')
    warnings = [part for each in ours for part in ("-W", each)]
    return Specimen(files).run("-rs", *warnings, "-p", "no:randomly", *options, subprocess=True)


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_library_that_is_too_old(application: dict[str, str], options: tuple[str, ...]) -> None:
    """The suite runs as without the plugin; the variant, and the end of the run, say what to install."""
    files = {**application, "conftest.py": OLD + application["conftest.py"], "test_pay.py": PAY}
    shown = run(files, "--prodready-report", *options)
    assert shown.exit_code == 0, shown.text
    assert shown.outcomes == {"passed": 1, "skipped": 1}
    assert f"not judged: {TOLD}" in shown.text
    assert shown.report is not None
    assert shown.report["alarms"] == [TOLD]
    assert shown.text.count(f"alarm: {TOLD}") == 1


def test_a_library_that_has_moved(application: dict[str, str]) -> None:
    """The alarm names the library and its version, and the others are heard."""
    files = {**application, "conftest.py": MOVED + application["conftest.py"], "test_pay.py": PAY}
    shown = run(files)
    version = importlib.metadata.version("pika")
    assert shown.report is not None
    assert shown.report["alarms"] == [
        f"pika is not heard: pika {version} has moved the place listened at (Channel has no 'basic_publish')"
    ]
    shown.expect(findings=["idempotent/duplicate-effect POST /payments"])


def test_a_missing_library_that_a_call_needs() -> None:
    """One message with pip's exact command."""
    shown = run({"conftest.py": MISSING, "tasks.py": "import celery\n", "test_charge.py": CALL})
    assert shown.exit_code == 1
    assert "call='tasks:charge': No module named 'celery'; pip install 'celery>=5.3'" in shown.text
