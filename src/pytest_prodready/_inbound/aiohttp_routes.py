"""The operations of an aiohttp application, and which of them a request asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._model.delivery import Operation
from .._runtime.recorder import Recorder
from . import routes

_ANY = "*"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class AiohttpRoute:
    """One route: what the report shows of it."""

    methods: frozenset[str]
    template: str

    def operations(self) -> list[Operation]:
        """One operation a method; HEAD and OPTIONS are not worth a row of their own."""
        return [Operation(method, self.template) for method in sorted(self.methods - {"HEAD", "OPTIONS"})]


async def operation_of(recorder: Recorder, application: Any, request: Any) -> Operation | None:
    """The operation that a request asks for; None where no route takes it.

    Args:
        recorder: keeps the application's operations for the report.
        application: an application, or a bare handler, which has an operation a path.
        request: the library's own.
    """
    router = getattr(application, "router", None)
    if router is None:
        return routes.match((), request.method, request.path)
    recorder.routes_of(application, discover)
    found = await router.resolve(request)
    if found.http_exception is not None or _is_static(found.route.resource):
        return None
    methods = _methods(found.route)
    if methods and request.method not in methods:
        return None
    return Operation(request.method, found.route.resource.canonical)


def discover(application: Any) -> list[AiohttpRoute]:
    """All routes, also of sub-applications; files are no operations."""
    return [
        AiohttpRoute(_methods(route), route.resource.canonical)
        for route in application.router.routes()
        if route.resource is not None and not _is_static(route.resource)
    ]


def _methods(route: Any) -> frozenset[str]:
    """A route's methods; a class has those that it defines, and a function for any method shows none."""
    if route.method != _ANY:
        return frozenset({route.method})
    handler = route.handler
    if not isinstance(handler, type):
        return frozenset()
    return frozenset(method for method in _METHODS if hasattr(handler, method.lower()))


def _is_static(resource: Any) -> bool:
    return type(resource).__name__ == "StaticResource"
