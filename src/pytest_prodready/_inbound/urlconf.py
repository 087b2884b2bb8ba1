"""The operations of Django's URLconf, and which of them a request asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .._model.delivery import Operation
from .._runtime.recorder import Recorder
from .regexes import FORMAT, template

_DEPTH = 20
_METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
# What Django's own generic classes define beyond what they are used for (a form's PUT, a redirect's DELETE).
_GENERIC = {
    "django.views.generic.base": frozenset({"get"}),
    "django.views.generic.edit": frozenset({"get", "post"}),
}
# Pages about the application, and files: no operations of it.
_FOREIGN_APPS = frozenset({"admin", "djdt", "silk"})
_FOREIGN = (
    "django.contrib.admin",
    "django.contrib.staticfiles",
    "django.views.i18n",
    "django.views.static",
    "rest_framework.routers",
    "rest_framework.schemas",
    "drf_spectacular",
    "drf_yasg",
)


@dataclass(frozen=True)
class UrlRoute:
    """One pattern with its methods; none where its view does not show them."""

    methods: frozenset[str]
    template: str

    def operations(self) -> list[Operation]:
        """One operation a method; HEAD and OPTIONS are not worth a row of their own."""
        return [Operation(method, self.template) for method in sorted(self.methods - {"HEAD", "OPTIONS"})]


def operation_of(recorder: Recorder, method: str, path: str) -> Operation | None:
    """The operation that a request asks for; None where no view of the application takes it.

    Args:
        recorder: keeps the operations of the URLconf for the report.
        method: HTTP method.
        path: decoded, with its leading slash.
    """
    from django.urls import get_resolver

    with recorder.harmless("Django routes"):
        resolver = get_resolver()
        recorder.routes_of(resolver, discover)
        return _match(resolver, method, path)
    return None


def discover(resolver: Any) -> list[UrlRoute]:
    """All views whose methods can be told without a request."""
    return [
        UrlRoute(methods_of(view), template(route))
        for route, view, apps in _flatten(resolver, "", (), _DEPTH)
        if not _is_foreign(view, apps) and not FORMAT.search(route)
    ]


def methods_of(view: Any) -> frozenset[str]:
    """The methods of a class-based view; none where they cannot be told, as of a plain function.

    DRF keeps the class as ``cls``, and of a viewset which method leads to which action.
    """
    actions = getattr(view, "actions", None)
    if isinstance(actions, dict) and actions:
        return frozenset(method.upper() for method in actions)
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if owner is None:
        return frozenset()
    allowed = [name.lower() for name in getattr(owner, "http_method_names", _METHODS)]
    return frozenset(name.upper() for name in _METHODS if name in allowed and _is_meant(owner, name))


def _is_meant(owner: Any, name: str) -> bool:
    handler = getattr(owner, name, None)
    return handler is not None and name in _GENERIC.get(getattr(handler, "__module__", ""), (name,))


def _match(resolver: Any, method: str, path: str) -> Operation | None:
    from django.urls import Resolver404
    from django.utils import translation

    language = translation.get_language_from_path(path) if _is_translated() else None
    try:
        with translation.override(language or translation.get_language()):
            found = resolver.resolve(path)
    except Resolver404:
        return None
    if _is_foreign(found.func, found.app_names):
        return None
    known = methods_of(found.func)
    if known and method not in known | {"HEAD", "OPTIONS"}:
        return None
    route = found.route.removeprefix(f"{language}/") if language else found.route
    return Operation(method, template(route))


def _is_translated() -> bool:
    """Whether the paths of the application begin with a language, which is no part of an operation."""
    from django.conf import settings
    from django.conf.urls.i18n import is_language_prefix_patterns_used

    return bool(settings.USE_I18N and is_language_prefix_patterns_used(settings.ROOT_URLCONF)[0])


def _flatten(
    resolver: Any, prefix: str, apps: tuple[str, ...], depth: int
) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Route, view and the namespaces of applications, of each pattern below a resolver."""
    for entry in resolver.url_patterns if depth else ():
        pattern = entry.pattern
        own = "" if hasattr(pattern, "language_prefix") else str(pattern)
        route = prefix + (own.removeprefix("^") if prefix else own)
        if hasattr(entry, "url_patterns"):
            names = (*apps, entry.app_name) if entry.app_name else apps
            yield from _flatten(entry, route, names, depth - 1)
        else:
            yield route, entry.callback, apps


def _is_foreign(view: Any, apps: Any) -> bool:
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    module = str(getattr(owner, "__module__", ""))
    return not _FOREIGN_APPS.isdisjoint(apps) or hasattr(view, "admin_site") or _below(module)


def _below(module: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in _FOREIGN)
