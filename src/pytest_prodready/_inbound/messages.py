"""Messages as functions are given them: copied, changed, flagged as redelivered."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
from collections.abc import Mapping
from typing import Any

_FLAG = "redelivered"
# A broker's flag is in the message itself or in the record of how it came (kombu's ``delivery_info``).
_DEPTH = 2

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def copied(value: Any) -> Any:
    """A copy of a message down to its values; what is no message (a session, a client) stays what it is."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)) and type(value) in (list, tuple, set):
        return type(value)(copied(item) for item in value)
    if isinstance(value, bytearray):
        return bytearray(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: copied(getattr(value, field.name)) for field in dataclasses.fields(value)}
        twin = object.__new__(type(value))
        for name, item in fields.items():
            object.__setattr__(twin, name, item)
        return twin
    if hasattr(value, "model_copy") and not isinstance(value, type):
        return value.model_copy(deep=True)
    return value


def flagged(arguments: Arguments | None) -> Arguments | None:
    """The same call as a broker makes it when it hands a message out again; None where no flag says so.

    Args:
        arguments: copies, which nobody else holds.
    """
    if arguments is None:
        return None
    args, kwargs = arguments
    found: list[bool] = []
    again = tuple(_flagged(value, _DEPTH, found) for value in args)
    named = {name: _flagged(value, _DEPTH, found) for name, value in kwargs.items()}
    return (again, named) if found else None


def with_document(arguments: Arguments, named: Mapping[str, Any], document: bytes) -> Arguments | None:
    """The same call with another message; None where its one message is no JSON.

    Args:
        arguments: the call.
        named: its arguments by name.
        document: the arguments by name, as JSON.
    """
    args, kwargs = arguments
    if len(args) + len(kwargs) != 1 or len(named) != 1:
        return None
    (message,), (content,) = (*args, *kwargs.values()), json.loads(document).values()
    changed = _like(message, content)
    if changed is None:
        return None
    return ((changed,), {}) if args else ((), dict.fromkeys(kwargs, changed))


def _like(message: Any, content: Any) -> Any:
    """The content in the form of the message; None where there is no such form."""
    if isinstance(message, (bytes, str)):
        text = json.dumps(content)
        return text.encode() if isinstance(message, bytes) else text
    if hasattr(message, "model_validate") and not isinstance(message, type):
        try:
            return type(message).model_validate(content)
        except ValueError:  # the model itself refuses what was changed
            return None
    try:
        json.dumps(message)
    except (TypeError, ValueError):
        return None
    return content


def _flagged(value: Any, depth: int, found: list[bool]) -> Any:
    if isinstance(value, dict):
        if value.get(_FLAG) is False:
            found.append(True)
            return {**value, _FLAG: True}
        if depth:
            return {name: _flagged(item, depth - 1, found) for name, item in value.items()}
        return value
    if getattr(value, _FLAG, None) is False:
        twin = copy.copy(value)
        with contextlib.suppress(AttributeError, TypeError, dataclasses.FrozenInstanceError):
            setattr(twin, _FLAG, True)
            found.append(True)
        return twin
    info = getattr(value, "delivery_info", None)
    if isinstance(info, dict) and info.get(_FLAG) is False:
        twin = copy.copy(value)
        twin.delivery_info = {**info, _FLAG: True}
        found.append(True)
        return twin
    return value
