"""The operations of an ASGI application, and which of them a request asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .._model.delivery import Operation

_DEPTH = 20
_CLASS_METHODS = ("get", "head", "post", "put", "patch", "delete")
_VARIABLE = re.compile(r"/(?:\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{16,})(?=/|$)")


@dataclass(frozen=True)
class Route:
    """One route: its methods, its template below all mounts, and what matches it."""

    methods: frozenset[str]
    template: str
    pattern: re.Pattern[str]

    def operations(self) -> list[Operation]:
        """One operation a method; HEAD and OPTIONS are not worth a row of their own."""
        return [Operation(method, self.template) for method in sorted(self.methods - {"HEAD", "OPTIONS"})]


def discover(application: Any) -> list[Route]:
    """All routes of a Starlette or FastAPI application, also behind ASGI middleware and mounts."""
    routed = _unwrap(application)
    return [] if routed is None else list(_flatten(routed.routes, "", _DEPTH))


def match(routes: Sequence[Route], method: str, path: str) -> Operation | None:
    """The operation that a request asks for, or None where no route takes the path with that method.

    An application that shows no routes (another framework, a bare ASGI callable) gets an operation a path,
    with numbers and UUIDs in it taken as parameters.
    """
    if not routes:
        return Operation(method, _VARIABLE.sub("/{id}", path))
    for route in routes:
        if route.pattern.match(path) and method in route.methods:
            return Operation(method, route.template)
    return None


def _unwrap(application: Any) -> Any:
    """The routed application inside pure ASGI middleware (``OuterAuth(app)``), by the usual names."""
    for _ in range(_DEPTH):
        if isinstance(getattr(application, "routes", None), list):
            return application
        inner = getattr(application, "app", None) or getattr(application, "application", None)
        if inner is None:
            return None
        application = inner
    return None


def _flatten(routes: Iterable[Any], prefix: str, depth: int) -> Iterator[Route]:
    if depth == 0:
        return
    for entry in routes:
        # FastAPI resolves included routers late; a candidate wraps the effective Starlette route.
        if hasattr(entry, "effective_candidates"):
            yield from _flatten(entry.effective_candidates(), prefix, depth - 1)
            continue
        route = getattr(entry, "starlette_route", None) or entry
        if _is_frameworks_own(route):
            continue
        methods = _methods(route)
        if methods and getattr(route, "path_regex", None):
            yield Route(methods, prefix + route.path_format, _below(prefix, route.path_regex))
        elif isinstance(getattr(route, "routes", None), list) and isinstance(
            getattr(route, "path", None), str
        ):
            yield from _flatten(route.routes, prefix + route.path, depth - 1)


def _methods(route: Any) -> frozenset[str]:
    """A route's methods; a class endpoint has those that it defines."""
    endpoint = getattr(route, "endpoint", None)
    if not getattr(route, "methods", None) and isinstance(endpoint, type):
        return frozenset(name.upper() for name in _CLASS_METHODS if hasattr(endpoint, name))
    return frozenset(getattr(route, "methods", None) or ())


def _is_frameworks_own(route: Any) -> bool:
    """FastAPI's pages about the application (``/docs``, ``/openapi.json``) are no operations of it."""
    module = getattr(getattr(route, "endpoint", None), "__module__", "") or ""
    return getattr(route, "include_in_schema", True) is False and module.partition(".")[0] == "fastapi"


def _below(prefix: str, pattern: re.Pattern[str]) -> re.Pattern[str]:
    if not prefix:
        return pattern
    mount = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(prefix))
    return re.compile(f"^{mount}{pattern.pattern.removeprefix('^')}")
