"""The operations of an application that keeps werkzeug rules (Flask), and which one a request asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .._model.delivery import Operation

_DEPTH = 20
_CONVERTER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_STATIC = "static"


@dataclass(frozen=True)
class RuleRoute:
    """One rule: what the report shows of it."""

    methods: frozenset[str]
    template: str

    def operations(self) -> list[Operation]:
        """One operation a method; HEAD and OPTIONS are not worth a row of their own."""
        return [Operation(method, self.template) for method in sorted(self.methods - {"HEAD", "OPTIONS"})]


def keeper(application: Any) -> Any:
    """The application with rules inside WSGI middleware, by the usual names, or None."""
    for _ in range(_DEPTH):
        if hasattr(application, "url_map") and hasattr(application, "config"):
            return application
        application = getattr(application, "app", None) or getattr(application, "application", None)
        if application is None:
            return None
    return None


def discover(keeper: Any) -> list[RuleRoute]:
    """All rules; static files are no operations."""
    return [
        RuleRoute(frozenset(rule.methods or ()), template(rule.rule))
        for rule in keeper.url_map.iter_rules()
        if str(rule.endpoint).rpartition(".")[2] != _STATIC
    ]


def match(keeper: Any, method: str, path: str, host: str) -> Operation | None:
    """The operation that a request asks for, or None where no rule takes it."""
    try:
        rule, _ = keeper.url_map.bind(host).match(path, method, return_rule=True)
    except Exception:  # no such rule, another method, a redirect to the rule with a slash
        return None
    return Operation(method, template(rule.rule))


def template(rule: str) -> str:
    """``/invoices/<int:id>`` as ``/invoices/{id}``."""
    return _CONVERTER.sub(r"{\1}", rule)
