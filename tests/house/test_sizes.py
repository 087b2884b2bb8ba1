"""Sizes: small modules, short functions."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator

from .repository import PACKAGE, module_name, sources

_MOST_LINES = 400
_MOST_LINES_OF = {"plugin.py": 200, "__init__.py": 80}
_LONGEST_FUNCTION = 80
_P95_FUNCTION = 50


def _functions() -> Iterator[tuple[int, str]]:
    """Length and place of every function and method, nested ones too."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield length, f"{module_name(path)}:{node.lineno} {node.name}"


def test_no_module_is_longer_than_its_limit() -> None:
    """A module has at most 400 lines, plugin.py 200 and an __init__.py 80."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    too_long = {
        str(path.relative_to(PACKAGE)): length
        for path, length in lengths.items()
        if length > _MOST_LINES_OF.get(path.name, _MOST_LINES)
    }
    assert too_long == {}


def test_no_function_is_longer_than_eighty_lines() -> None:
    """A function has at most 80 lines, with what is nested in it."""
    assert sorted(entry for entry in _functions() if entry[0] > _LONGEST_FUNCTION) == []


def test_nearly_all_functions_are_short() -> None:
    """Of all functions, 95 in 100 have at most 50 lines."""
    lengths = sorted(length for length, _ in _functions())
    assert lengths[math.ceil(len(lengths) * 0.95) - 1] <= _P95_FUNCTION
