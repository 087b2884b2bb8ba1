"""Salted hashes: compare values inside this process without keeping them."""

from __future__ import annotations

import json
from typing import Any


def digest(value: Any) -> int:
    """A hash of any value, equal for equal values in this process only (strings are salted by Python)."""
    try:
        return hash(value)
    except TypeError:
        return hash(json.dumps(value, sort_keys=True, default=repr))


def parts(body: bytes) -> dict[str, int]:
    """JSON path to hash for each leaf of a JSON body; ``$`` to hash for any other body.

    Container sizes count as leaves, so that a list which grew is seen.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {"$": hash(body)}
    leaves: dict[str, int] = {}
    stack: list[tuple[str, Any]] = [("$", document)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, (dict, list)):
            leaves[f"{path}#"] = len(node)
            children = node.items() if isinstance(node, dict) else enumerate(node)
            stack.extend((f"{path}.{key}", child) for key, child in children)
        else:
            leaves[path] = digest(node)
    return leaves
