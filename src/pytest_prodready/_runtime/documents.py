"""What a trial reads and changes in the JSON of a request or message."""

from __future__ import annotations

import copy
import json
from typing import Any


def value_at(body: bytes | None, path: str) -> str | None:
    """What a dotted path leads to, as text; the values of all elements where it leads through a list."""
    found = _all_at(_parsed(body), path.split("."))
    values = [str(value) for value in found if isinstance(value, (str, int))]
    return " ".join(values) if values and len(values) == len(found) else None


def with_one_twice(body: bytes | None, path: str) -> bytes | None:
    """The same with the first element of the list on the path once more at its end; None without a list."""
    document = _parsed(body)
    node = document
    for part in path.split("."):
        if isinstance(node, list):
            break
        node = node.get(part) if isinstance(node, dict) else None
    if not isinstance(node, list) or not node or value_at(body, path) is None:
        return None
    node.append(copy.deepcopy(node[0]))
    return json.dumps(document).encode()


def with_another_number(body: bytes | None) -> bytes | None:
    """The same with its first number raised by one, so that it stays valid; None where there is none.

    Order: the first number by depth, then by position. Strings are left alone: a changed word may be
    refused for what it says and not because the key was used before.
    """
    document = _parsed(body)
    level: list[Any] = [document]
    while level:
        following: list[Any] = []
        for node in level:
            entries = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
            for name, value in entries:
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    node[name] = value + 1
                    return json.dumps(document).encode()
                if isinstance(value, (dict, list)):
                    following.append(value)
        level = following
    return None


def _parsed(body: bytes | None) -> Any:
    """The document, or an empty one where there is none that could hold anything."""
    try:
        document = json.loads(body or b"")
    except ValueError:
        return {}
    return document if isinstance(document, (dict, list)) else {}


def _all_at(node: Any, path: list[str]) -> list[Any]:
    if isinstance(node, list):
        return [value for element in node for value in _all_at(element, path)]
    if not path:
        return [node]
    return _all_at(node[path[0]], path[1:]) if isinstance(node, dict) and path[0] in node else []
