"""The one place that touches private parts of pytest, tested on each supported version.

pytest 9.2 computes a function's node id from its callspec; before, from its name. A clone therefore gets
both. ``CallSpec2`` was renamed ``CallSpec``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import pytest
from _pytest import python as _python
from _pytest.reports import CollectErrorRepr, CollectReport
from _pytest.runner import runtestprotocol
from _pytest.unittest import TestCaseFunction

_CallSpec: Any = getattr(_python, "CallSpec", None) or getattr(_python, "CallSpec2", None)


def clone(item: pytest.Function, variant: str, keep: Iterable[pytest.Mark]) -> pytest.Function:
    """A second item for the same function, with ``prodready:<variant>`` as the last part of its id.

    Args:
        item: the base test; it is not changed.
        variant: the variant's static id.
        keep: the markers that the clone has of its own.
    """
    callspec = getattr(item, "callspec", None)
    part = f"prodready:{variant}"
    if callspec is None:
        spec = _CallSpec(_idlist=[part])
    else:
        spec = dataclasses.replace(callspec, _idlist=[*callspec._idlist, part], marks=[])
    name = item.originalname
    arguments: dict[str, Any] = {
        "name": f"{name}[{'-'.join(spec._idlist)}]",
        "originalname": name,
        "callspec": spec,
    }
    kind = type(item)
    if isinstance(item, TestCaseFunction):
        kind = _unittest_kind(kind)
    else:
        arguments["fixtureinfo"] = item._fixtureinfo
    twin: pytest.Function = kind.from_parent(item.parent, **arguments)
    twin.own_markers[:] = list(keep)
    twin.keywords.update({mark.name: mark for mark in twin.own_markers})
    return twin


def _unittest_kind(kind: type) -> type:
    """A TestCase method's item finds its method by ``name``; a clone's name is not a method's."""

    class Variant(kind):  # type: ignore[misc]
        def _getinstance(self) -> Any:
            return self.parent.obj(self.originalname)

    Variant.__name__ = Variant.__qualname__ = kind.__name__
    return Variant


def run_unreported(item: pytest.Item, nextitem: pytest.Item) -> list[pytest.TestReport]:
    """Run an item whose reports nobody sees; ``nextitem`` keeps wider fixtures alive."""
    return list(runtestprotocol(item, nextitem=nextitem, log=False))


def override(item: pytest.Item, name: str) -> Any:
    """What a suite overrides by a fixture of that name, or in a ``TestCase`` by a method; else None."""
    if isinstance(item, TestCaseFunction) and hasattr(item.instance, name):
        return getattr(item.instance, name)
    if not isinstance(item, pytest.Function):
        return None
    known = item.session._fixturemanager.getfixturedefs(name, item)
    return item._request.getfixturevalue(name) if known else None


def take_unittest_failure(item: pytest.Item) -> BaseException | None:
    """The exception that unittest kept to itself during the call; it is forgotten there."""
    kept = getattr(item, "_excinfo", None) if isinstance(item, TestCaseFunction) else None
    if not kept:
        return None
    failure: BaseException = kept[0].value
    kept.clear()
    return failure


def fail_collection(report: CollectReport, message: str) -> None:
    """Turn a collection report into one clean error, also under xdist."""
    report.outcome = "failed"
    report.longrepr = CollectErrorRepr(message)
    report.result = []


def skip(reason: str) -> None:
    """Skip the running item, told at the test's own line rather than at ours."""
    raise pytest.skip.Exception(reason, _use_item_location=True)
