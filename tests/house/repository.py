"""What the house tests share: where things are, and fresh interpreters."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "pytest_prodready"
PLUGIN = "pytest_prodready.plugin"

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def sources() -> list[Path]:
    """Every module of the package, in the order of their paths."""
    return sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """The dotted name under which a module of the package is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def python(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a fresh interpreter that loads no plugin by itself and knows nothing of this run's options."""
    foreign = ("PYTEST_", "PRODREADY", "COV_", "COVERAGE_", "COLUMNS")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**environment, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )


def side_by_side(work: Callable[[_In], _Out], inputs: Iterable[_In]) -> Iterator[_Out]:
    """The results in the order of the inputs, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from pool.map(work, inputs)
