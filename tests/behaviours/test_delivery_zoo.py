"""The delivery zoo, once: every broken handler is found, no sound one is flagged, and none goes unjudged."""

from __future__ import annotations

import argparse
import importlib.util
import os
import socket
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2] / "benchmarks" / "delivery_zoo"


def _zoo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("delivery_zoo", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up by name
    spec.loader.exec_module(module)
    return module


ZOO = _zoo()
LINES = [(entry, database) for entry in ZOO.entries((), False) for database in entry.facts["databases"]]


def _reachable() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5432)) == 0


@pytest.mark.parametrize(
    ("entry", "database"), LINES, ids=[f"{entry.path.name}-{database}" for entry, database in LINES]
)
def test_a_handler_of_the_zoo_is_judged_right(entry: object, database: str) -> None:
    """Exactly the rules that its ``expect.toml`` names; a sound one is held and not merely silent."""
    if database == "postgresql" and not _reachable():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no PostgreSQL on 127.0.0.1:5432")
    options = argparse.Namespace(base=False, subprocess=False, repeat=1, verbose=False)
    line = ZOO.line(entry, database, options)
    assert line.verdict == "right", f"expected {entry.expected(database)}, found {line.found}; {line.notes}"  # type: ignore[attr-defined]
