"""``[tool.prodready]``: found, read and checked. A wrong key or value is a usage error with its place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from .._model.behaviour import LEVELS
from .suggest import did_you_mean

_LATER = frozenset(
    (
        "openapi",
        "baseline",
        "dependencies",
        "waivers",
        "budget",
        "redact",
        "allow",
        "log-level",
        "marker-prefix",
        "page-budget",
        "github",
        "github-annotations",
    )
)


@dataclass(frozen=True)
class Settings:
    """The configuration of one run.

    Args:
        service: names this suite in a monorepo; part of fingerprints.
        level: what the whole suite is held to, or None: ranked as customer-facing, nothing required.
        strict: ``not judged`` fails on a marked test.
        operations: operation to its own settings (``level``, ``owner``).
        source: the file that was read, relative to the root, or "".
    """

    service: str = ""
    level: str | None = None
    strict: bool = False
    operations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: str = ""

    def level_of(self, operation: str) -> str:
        """The operation's own level, else the suite's, else customer-facing."""
        return self.operations.get(operation, {}).get("level") or self.level or "customer-facing"


_KEYS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "service": ("a string", lambda value: isinstance(value, str)),
    "level": (f"one of {', '.join(LEVELS)}", lambda value: value in LEVELS),
    "strict": ("true or false", lambda value: isinstance(value, bool)),
    "operations": (
        'a table of operations, e.g. "POST /payments" = { level = "payment" }',
        lambda v: _is_table(v),
    ),
}
_OPERATION_KEYS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "level": _KEYS["level"],
    "owner": _KEYS["service"],
}


def read(config: pytest.Config) -> Settings:
    """The settings of this run, or the defaults where no file has any.

    Raises:
        pytest.UsageError: unreadable file, two sources, unknown key or wrong value.
    """
    found = [place for place in _candidates(config) if place[1] is not None]
    if not found:
        return Settings()
    if len(found) > 1 and found[0][0].parent == found[1][0].parent:
        raise pytest.UsageError(
            f"prodready: both {found[0][0].name} and {found[1][0].name} in {found[0][0].parent.name}/ "
            "configure it; keep one of them"
        )
    path, table = found[0]
    assert table is not None
    _check(table, _KEYS, path.name, "tool.prodready" if path.name == "pyproject.toml" else "")
    for operation, entries in table.get("operations", {}).items():
        _check(entries, _OPERATION_KEYS, path.name, f'operations."{operation}"')
    return Settings(**{key.replace("-", "_"): value for key, value in table.items()}, source=path.name)


def _candidates(config: pytest.Config) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    """From pytest's ini file, else the root directory, upward to the root of the repository."""
    start = config.inipath.parent if config.inipath else config.rootpath
    for directory in (start, *start.parents):
        yield directory / "prodready.toml", _load(directory / "prodready.toml")
        table = _load(directory / "pyproject.toml")
        yield directory / "pyproject.toml", None if table is None else table.get("tool", {}).get("prodready")
        if (directory / ".git").exists():
            return


def _load(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        return dict(_toml().loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        if path.name == "pyproject.toml":
            return None  # pytest itself complains about it, in its own words
        raise pytest.UsageError(f"prodready: {path.name} cannot be read: {error}") from None


def _toml() -> Any:
    if sys.version_info >= (3, 11):
        import tomllib

        return tomllib
    import tomli

    return tomli


def _check(
    table: Any, keys: Mapping[str, tuple[str, Callable[[Any], bool]]], file: str, section: str
) -> None:
    where = f"{file} [{section}]" if section else file
    if not _is_table(table):
        raise pytest.UsageError(f"prodready: {where} must be a table")
    for key, value in table.items():
        if key in _LATER and keys is _KEYS:
            raise pytest.UsageError(
                f"prodready: {where}: {key!r} is not supported by this version; remove it"
            )
        if key not in keys:
            raise pytest.UsageError(f"prodready: {where}: unknown key {key!r}{did_you_mean(key, keys)}")
        accepts, check = keys[key]
        if not check(value):
            raise pytest.UsageError(f"prodready: {where}: {key} = {value!r}: expected {accepts}")


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)
