"""Imports: every module alone, and nothing heavy before it is needed."""

from __future__ import annotations

from pathlib import Path

from .repository import PLUGIN, module_name, python, side_by_side, sources

_HEAVY = [
    "httpx",
    "httpx2",
    "requests",
    "sqlalchemy",
    "faker",
    "hypothesis",
    "respx",
    "freezegun",
    "jinja2",
    "sqlglot",
    "wrapt",
    "starlette",
    "fastapi",
    "pydantic",
]
_TELL = f"import sys; print('HEAVY:', sorted(set({_HEAVY!r}) & set(sys.modules)))"
_COLLECT = f"import sys, pytest; code = pytest.main(sys.argv[1:]); {_TELL}; sys.exit(code)"


def test_each_module_can_be_imported_alone() -> None:
    """Every module is importable in a fresh interpreter in which each warning is an error."""
    names = [module_name(path) for path in sources()]
    runs = side_by_side(lambda name: python("-W", "error", "-c", f"import {name}"), names)
    failed = {name: run.stdout for name, run in zip(names, runs, strict=True) if run.returncode}
    assert failed == {}


def test_importing_the_plugin_loads_no_heavy_library() -> None:
    """What pytest does with our entry point at start-up imports nothing but pytest and ourselves."""
    run = python("-c", f"import {PLUGIN}; {_TELL}")
    assert run.stdout == "HEAVY: []\n"


def test_collecting_a_test_loads_no_heavy_library(tmp_path: Path) -> None:
    """A whole ``--collect-only`` of one empty test, with the plugin, imports no heavy library."""
    (tmp_path / "test_empty.py").write_text("def test_empty(): pass\n")
    run = python("-c", _COLLECT, "--collect-only", "-q", "-p", PLUGIN, f"--rootdir={tmp_path}", cwd=tmp_path)
    assert "HEAVY: []\n" in run.stdout
    assert run.returncode == 0, run.stdout
