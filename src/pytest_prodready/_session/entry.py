"""The cheap part of the session: what every pytest run pays for. Everything else is imported when needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from .switches import MODES, mode, watches

if TYPE_CHECKING:
    from .facade import Prodready
    from .session import Session

_SESSION: pytest.StashKey[Session] = pytest.StashKey()
_MARKS: pytest.StashKey[Mapping[str, str]] = pytest.StashKey()

_TAKEN: pytest.StashKey[list[str]] = pytest.StashKey()

FAIL_ON = ("never", "new", "any")

# Behaviour to its marker and help line. Equal to the catalogue, which a house test compares: reading the
# catalogue itself here would cost every run of every user its imports.
MARKERS = {
    "idempotent": (
        "idempotent",
        "(deliveries=2, concurrent=False, crash=False, key=None, key_required=False, call=None): "
        "each write of the test again: "
        "same state, no second effect",
    ),
}
_GENERAL = "prodready(level=None, skip=None): everything that the level demands; skip needs a reason"
_VARIANT = "prodready_variant(behaviour): set on the variants that the plugin adds"


def add_options(parser: pytest.Parser) -> None:
    """Declare the command line."""
    group = parser.getgroup("prodready", "production readiness")
    group.addoption(
        "--prodready-report", action="store_true", help="watch every test, and print the behaviour matrix"
    )
    group.addoption(
        "--prodready-out",
        action="append",
        default=[],
        metavar="FILE",
        help="write a report; repeatable; the format by suffix (.json)",
    )
    group.addoption(
        "--prodready",
        choices=MODES,
        default=None,
        help="on (default); off: keep the markers registered and do nothing else; "
        "probe: deliver the writes of every test again, without edits",
    )
    group.addoption(
        "--prodready-fail-on",
        choices=FAIL_ON,
        default=None,
        help="whether findings that no marker asked for fail the run (default never)",
    )
    group.addoption(
        "--prodready-replay",
        default=None,
        metavar="TOKEN",
        help="try one schedule exactly again, by the token that a finding told",
    )
    group.addoption(
        "--prodready-explain",
        action="store_true",
        help="say what was heard, and why it was or was not judged",
    )


def configure(config: pytest.Config) -> bool:
    """Register the markers, read the configuration; whether the plugin is on.

    Raises:
        pytest.UsageError: the configuration is wrong, with its place and the cure.
    """
    _register_markers(config)
    if mode(config) == "off":
        return False
    if watches(config):
        session_of(config)
    return True


def header(config: pytest.Config) -> list[str]:
    """One line a short marker that somebody else owns; otherwise nothing."""
    return [
        f"prodready: @pytest.mark.{name} belongs to this suite or another plugin; "
        f"ours is @pytest.mark.prodready_{name}"
        for name in config.stash[_TAKEN]
    ]


def has_session(config: pytest.Config) -> bool:
    """Whether anything in this run needed more than the markers."""
    return _SESSION in config.stash


def session_of(config: pytest.Config) -> Session:
    """The session, made at its first use."""
    if _SESSION not in config.stash:
        from .session import Session

        config.stash[_SESSION] = Session(config, config.stash[_MARKS])
    return config.stash[_SESSION]


def facade(config: pytest.Config) -> Prodready:
    """What the fixture gives; in a run that listens to nothing it only calls."""
    from .facade import Prodready

    return Prodready(session_of(config).recorder if has_session(config) else None)


def wants_variants(config: pytest.Config, report: Any) -> bool:
    """Whether a collector's report holds a test that may get variants."""
    if isinstance(report, pytest.CollectReport) and report.passed:
        items = [item for item in report.result if isinstance(item, pytest.Function)]
        marks = config.stash[_MARKS]
        return bool(items) and (
            mode(config) == "probe"
            or any(
                mark.name in marks or mark.name == "prodready"
                for item in items
                for mark in item.iter_markers()
            )
        )
    return False


def order(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All base tests before all variants, so that nothing a variant leaves behind can reach a base test.

    A conftest may have put a marker of ours on items since they were collected.
    """
    marks = config.stash[_MARKS]
    if has_session(config) or any(mark.name in marks for item in items for mark in item.own_markers):
        session_of(config).order(items)


def close(config: pytest.Config) -> None:
    """Undo every patch."""
    if _SESSION in config.stash:
        config.stash[_SESSION].close()
        del config.stash[_SESSION]


def _register_markers(config: pytest.Config) -> None:
    """Short names, unless somebody else has them, and prefixed twins. ``_MARKS``: marker to behaviour."""
    taken = {line.partition(":")[0].partition("(")[0].strip() for line in config.getini("markers")}
    if config.pluginmanager.hasplugin("pytest_idempotent"):
        taken.add("idempotent")
    config.stash[_TAKEN] = sorted(taken & {marker for marker, _ in MARKERS.values()})
    marks: dict[str, str] = {}
    for behaviour, (marker, help_line) in MARKERS.items():
        names = [f"prodready_{marker}"] if marker in taken else [marker, f"prodready_{marker}"]
        for name in names:
            marks[name] = behaviour
            config.addinivalue_line("markers", f"{name}{help_line}")
    config.addinivalue_line("markers", _GENERAL)
    config.addinivalue_line("markers", _VARIANT)
    config.stash[_MARKS] = marks
