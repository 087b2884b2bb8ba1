"""A route as a template: Django's ``orders/<int:pk>/`` and ``^orders/(?P<pk>[^/.]+)/$`` are the same."""

from __future__ import annotations

import re

# What DRF appends for ``/orders.json``, to a pattern of either kind.
FORMAT = re.compile(r"\\?\.\(\?P<format>[^)]*\)|<drf_format_suffix[^<>]*:format>")

_CONVERTER = re.compile(r"(?<!\?P)<(?:[^:<>]+:)?([^<>]+)>")
_NAMED = re.compile(r"\(\?P<(\w+)>")
_LOOK = re.compile(r"\(\?(?:=|!|<=|<!|#)")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?")
_ANCHOR = re.compile(r"[\^$]|\\[AZzbB]")
_CLASS = re.compile(r"\\[dDsSwW]|\[\^?\]?(?:\\.|[^\]\\])*\]")
_BRACED = re.compile(r"\{[^{}\d][^{}]*\}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ANY = re.compile(r".", re.DOTALL)
_UNNAMED = "{arg}"


def template(route: str) -> str:
    """The route with its variables in braces and a leading slash; DRF's ``.json`` is left out.

    Args:
        route: as Django joins it, of patterns of both kinds.
    """
    text = _CONVERTER.sub(r"{\1}", FORMAT.sub("", route))
    return "/" + _read(text).lstrip("/")


def _read(text: str) -> str:
    """A regular expression with its groups named and its signs left out."""
    shown: list[str] = []
    at = 0
    while at < len(text):
        if match := _BRACED.match(text, at):
            shown.append(match.group())
        elif match := _ANCHOR.match(text, at):
            pass
        elif match := _CLASS.match(text, at):
            shown.append(_UNNAMED)
        elif text[at] == "(":
            end = _end_of_group(text, at)
            quantifier = _QUANTIFIER.match(text, end)
            shown.append(_group(text[at:end], quantifier.group() if quantifier else ""))
            at = quantifier.end() if quantifier else end
            continue
        elif match := _ESCAPED.match(text, at):
            shown.append(match.group(1))
        else:
            shown.append(text[at])
            match = _ANY.match(text, at)
        assert match is not None
        quantifier = _QUANTIFIER.match(text, match.end())
        at = quantifier.end() if quantifier else match.end()
    return "".join(shown)


def _group(text: str, quantifier: str) -> str:
    named = _NAMED.match(text)
    if named:
        return "{" + named.group(1) + "}"
    if _LOOK.match(text):
        return ""
    if text.startswith("(?:"):
        inner = _read(text[3:-1].partition("|")[0])
        return "" if quantifier[:1] in ("?", "*") and "{" not in inner else inner
    return _UNNAMED


def _end_of_group(text: str, start: int) -> int:
    """Just behind the parenthesis that closes the one at ``start``."""
    depth, at = 0, start
    while at < len(text):
        skipped = _CLASS.match(text, at) or _ESCAPED.match(text, at)
        if skipped:
            at = skipped.end()
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at
    return len(text)
