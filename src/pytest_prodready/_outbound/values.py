"""The values of Redis keys before and after, and their difference as effects without values."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._model.effect import Effect, Nature, Place, RowEffect
from .._runtime.clock.travel import moved
from .._runtime.digest import digest
from .._runtime.moments import Interval, real_monotonic
from .._runtime.recording import Recording
from .images import MOST_ROWS
from .keys import Command, pattern, shown_as

Reply = Any
Commands = Generator[tuple[Any, ...], Reply, None]

_NUMBER = re.compile(rb"-?\d{1,18}(\.\d+)?")
_COLUMN = "value"


@dataclass(frozen=True)
class Value:
    """A key at one moment.

    Args:
        content: what it holds, hashable and independent of the server's order.
        expires: it has a time to live: a cache, a lock, a session, a rate limit.
    """

    content: Any
    expires: bool


@dataclass
class KeyWatch:
    """The source of effects for one Redis database in one delivery."""

    before: dict[bytes, Value | None] = field(default_factory=dict)
    after: dict[bytes, Value | None] = field(default_factory=dict)
    _places: dict[bytes, Place | None] = field(default_factory=dict)
    _after_failure: set[bytes] = field(default_factory=set)
    _blind: bool = False
    _unsure: set[bytes] = field(default_factory=set)
    _moments: dict[tuple[bool, bytes], float] = field(default_factory=dict)
    _aged: set[bytes] = field(default_factory=set)

    def ageing(self, commands: Sequence[Command]) -> Commands:
        """A trial moves the clock of the application and not the server's: what would be gone is removed."""
        gone = moved() * 1000
        touched = [key for command in commands if command.kind != "message" for key in command.keys]
        for key in touched if gone else ():
            if key not in self._aged:
                self._aged.add(key)
                if 0 <= int((yield ("PTTL", key))) <= gone:
                    yield ("DEL", key)

    def writing(self, commands: Sequence[Command], recording: Recording, place: Place | None) -> Commands:
        """Commands are about to run: keep what the keys look like that they write."""
        for command in commands:
            names = {pattern(key) for key in command.keys}
            if command.kind == "read":
                recording.reads.update(names - recording.written)
            elif command.kind == "opaque":
                recording.limits.add("opaque-write")
                self._blind = True  # what is seen of a key from now on may not be what it was
            elif command.kind == "write":
                recording.written.update(names)
                for key in command.keys:
                    if self._blind and key not in self.before:
                        self._unsure.add(key)
                    yield from self._keep(self.before, key, recording)
                    self._places[key] = place or self._places.get(key)
                    if place is not None and place.double:
                        recording.limits.add("test-double")
                        self._unsure.add(key)
                    if recording.dependency_failed:
                        self._after_failure.add(key)

    def written(self, commands: Sequence[Command], recording: Recording) -> Commands:
        """They have run, or failed."""
        for key in {key for command in commands if command.kind == "write" for key in command.keys}:
            self.after.pop(key, None)
            recording.commits += 1
            yield from self._keep(self.after, key, recording)

    def settle(self, recording: Recording) -> Sequence[Effect]:
        """The net effects, in the order of the keys; what expires by itself is none."""
        lasting = [value for value in (*self.before.values(), *self.after.values()) if value is not None]
        if any(not value.expires for value in lasting):
            recording.heard.add("redis")
        return [
            self._effect(key, self.before[key], self.after[key], recording)
            for key in sorted(self.after.keys() - self._unsure)
            if key in self.before and _differ(self.before[key], self.after[key])
        ]

    def joined(self, other: KeyWatch) -> KeyWatch:
        """What two deliveries that met have left together: the earliest before, the latest after."""
        return KeyWatch(
            {key: self._of(other, min, False, key).before[key] for key in self.before | other.before},
            {key: self._of(other, max, True, key).after[key] for key in self.after | other.after},
            _places={**self._places, **other._places},
            _after_failure=self._after_failure | other._after_failure,
            _blind=self._blind or other._blind,
            _unsure=self._unsure | other._unsure,
        )

    def _of(self, other: KeyWatch, choose: Any, after: bool, key: bytes) -> KeyWatch:
        """Whose value of that key is the earliest, or the latest."""
        having = [watch for watch in (self, other) if (after, key) in watch._moments]
        chosen: KeyWatch = choose(having, key=lambda watch: watch._moments[after, key])
        return chosen

    def _keep(self, where: dict[bytes, Value | None], key: bytes, recording: Recording) -> Commands:
        if key in where:
            return
        self._moments[where is self.after, key] = real_monotonic()
        kind = _text((yield ("TYPE", key)))
        if kind == "none":
            where[key] = None
            return
        expires = int((yield ("PTTL", key))) >= 0
        question = _QUESTIONS.get(kind)
        if question is None:
            recording.limits.add("opaque-write")
            return
        content = yield (question[0], key, *question[1:])
        if hasattr(content, "__len__") and kind != "string" and len(content) > MOST_ROWS:
            recording.limits.add("large-table")
            return
        where[key] = Value((kind, _frozen(content)), expires)

    def _effect(self, key: bytes, old: Value | None, new: Value | None, recording: Recording) -> RowEffect:
        left = new or old
        assert left is not None
        changed = old is not None and new is not None
        scalars = list(_scalars(left.content[1]))
        return RowEffect(
            database="redis",
            table=pattern(key),
            action="change" if changed else "insert" if new else "delete",
            columns=_natures(columns(old.content), columns(new.content), recording.interval)
            if old and new
            else {},
            holds_key=any(_holds(spelling, key, *scalars) for spelling in recording.spellings),
            holds_status=_holds(str(recording.status), *scalars),
            recorded_failure=key in self._after_failure,
            dated=old is None and any(recording.interval.holds(_read(scalar)) for scalar in scalars),
            place=self._places.get(key),
            **(_hashed(key, old, left, recording.interval) if recording.compared else {}),
        )


_QUESTIONS: dict[str, tuple[Any, ...]] = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "list": ("LRANGE", 0, MOST_ROWS),
    "set": ("SMEMBERS",),
    "zset": ("ZRANGE", 0, MOST_ROWS, "WITHSCORES"),
    "stream": ("XLEN",),
}


def _differ(old: Value | None, new: Value | None) -> bool:
    """Whether a value that would have stayed is not as it was."""
    if new is None:
        return old is not None and not old.expires
    return not new.expires and (old is None or old.content != new.content)


def _hashed(key: bytes, old: Value | None, left: Value, interval: Interval) -> dict[str, Any]:
    """What lets two runs be laid side by side."""
    _, _, rest = key.decode("utf-8", "replace").partition(":")
    now = columns(left.content)
    before = columns(old.content) if old is not None else {}
    numbers = {name for name, value in now.items() if type(_read(value)) in (int, float)}
    return {
        "digests": {name: digest(value) for name, value in now.items()},
        "priors": {name: digest(value) for name, value in before.items()},
        "numbers": frozenset(numbers),
        "moments": frozenset(name for name, value in now.items() if interval.holds(_read(value))),
        "identity": digest(int(rest) if rest.isdecimal() else rest) if rest else None,
    }


def columns(content: Any) -> dict[str, Any]:
    """A value by its parts, as if it were a row: a token that chance decides must not hide a balance.

    Fields of a hash and of a JSON document are columns where their names are words; the others are told
    together. Of any other collection the size is told, too: what is pushed may differ from run to run.
    """
    kind, value = content
    fields = value if kind == "hash" else _document(value) if kind == "string" else None
    if fields is None:
        return {_COLUMN: value, **({} if kind == "string" else {"size": (_size(value),)})}
    named: dict[str, Any] = {}
    for name, field_value in fields:
        shown = name.decode("utf-8", "replace")
        if shown_as(shown) == shown:
            named[shown] = field_value
        else:
            named["*"] = (*named.get("*", ()), (name, field_value))
    return named


def _document(value: Any) -> list[tuple[bytes, Any]] | None:
    """The fields of a JSON object."""
    if not value.startswith(b"{"):
        return None
    try:
        document = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return [
        (name.encode("utf-8", "replace"), part if isinstance(part, (int, float, str)) else repr(part))
        for name, part in sorted(document.items())
    ]


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (tuple, frozenset)) else int(value)


def _natures(old: dict[str, Any], new: dict[str, Any], interval: Interval) -> dict[str, Nature]:
    """The columns that differ, and how."""
    return {
        name: _nature(old.get(name), new.get(name), interval)
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    }


def _nature(old: Any, new: Any, interval: Interval) -> Nature:
    before, after = _read(old), _read(new)
    if interval.holds(after):
        return "temporal"
    if old is None:
        return "filled"
    if type(before) is int and type(after) is int and after == before + 1:
        return "counter"
    return "value"


def _read(scalar: Any) -> Any:
    """A number or text from what the server keeps as bytes."""
    if not isinstance(scalar, bytes):
        return scalar
    if _NUMBER.fullmatch(scalar):
        return float(scalar) if b"." in scalar else int(scalar)
    return scalar.decode("utf-8", "replace")


def _holds(part: str, *scalars: Any) -> bool:
    """Whether a whole word of a value, such as a field of a JSON document, is this one."""
    word = re.compile(rf"(?<![\w-]){re.escape(part)}(?![\w-])")
    return any(word.search(_text(scalar)) for scalar in scalars)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _scalars(content: Any) -> Iterator[Any]:
    if isinstance(content, (tuple, frozenset)):
        for part in content:
            yield from _scalars(part)
    else:
        yield content


def _frozen(reply: Any) -> Any:
    """A reply as a value that can be compared, whatever protocol version the client speaks."""
    if isinstance(reply, dict):
        return tuple(sorted((_frozen(name), _frozen(value)) for name, value in reply.items()))
    if isinstance(reply, (set, frozenset)):
        return frozenset(_frozen(part) for part in reply)
    if isinstance(reply, (list, tuple)):
        return tuple(_frozen(part) for part in reply)
    return reply
