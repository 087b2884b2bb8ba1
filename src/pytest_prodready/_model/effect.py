"""Effects: the durable or outward acts of one delivery, without the values they carried.

A report must never leak what it watched, so an effect keeps names, counts and the *nature* of a
change; the values themselves are compared inside the process as salted hashes and forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["insert", "change", "delete"]
Nature = Literal["value", "temporal", "counter", "filled"]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@dataclass(frozen=True)
class Place:
    """A line of first-party code.

    Args:
        path: relative to the root directory.
        line: from 1.
        double: code of the test, which the application called in place of its own, acted there.
    """

    path: str
    line: int
    double: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class LogLine:
    """A log record that a delivery made: its level and its line, never its message."""

    level: str
    place: Place | None = None

    def __str__(self) -> str:
        return f"{self.level} {self.place}" if self.place else self.level


@dataclass(frozen=True)
class RowEffect:
    """One row that a delivery inserted, changed or deleted, net and committed.

    Args:
        database: label of the database, e.g. ``sqlite`` or ``postgresql``.
        table: qualified table name.
        action: what happened to the row.
        columns: for a change, the changed columns and the nature of each: ``temporal`` (a moment
            within the delivery), ``counter`` (an integer one higher), ``filled`` (was NULL) or ``value``.
        holds_key: the row stores the delivery's idempotency key.
        session: the row is the caller's own session: its primary key is a cookie of the request, or one that
            the answer sets.
        holds_status: the row stores the number that the delivery was answered with.
        referenced: another table has a foreign key to this one.
        recorded_failure: the row was written after a dependency had failed in this delivery.
        dated: an inserted row holds a moment within the delivery.
        tally: the row holds a key, numbers and moments, and was begun at 0 or 1, or counted up, or moved
            with the clock: what a rate limiter keeps.
        digests: column to salted hash, valid in this process only, never sent anywhere.
        priors: the same of a changed row before the change.
        deltas: by how much a changed row's numbers changed, as salted hashes.
        numbers: the columns that hold a number.
        moments: the columns that hold a moment within the delivery.
        shapes: text columns that have digits in them to the salted hash of the text without its digits.
        key: the columns of the primary key.
        place: the first-party line that wrote to the table last.
    """

    database: str
    table: str
    action: Action
    columns: Mapping[str, Nature] = field(default_factory=dict)
    holds_key: bool = False
    session: bool = False
    holds_status: bool = False
    referenced: bool = False
    recorded_failure: bool = False
    dated: bool = False
    tally: bool = False
    digests: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    priors: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    deltas: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    numbers: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    moments: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    shapes: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
    key: tuple[str, ...] = field(default=(), compare=False, repr=False)
    identity: int | None = field(default=None, compare=False, repr=False)
    place: Place | None = None

    def __str__(self) -> str:
        if self.action == "change":
            return f"{self.table}: 1 row changed ({', '.join(sorted(self.columns))})"
        return f"{self.table}: 1 row {'inserted' if self.action == 'insert' else 'deleted'}"


@dataclass(frozen=True)
class CallEffect:
    """One call from the application to a dependency: an HTTP request, a published message, a mail.

    Args:
        dependency: host, with the port where it is not the scheme's own; or the broker.
        method: HTTP method, ``PUBLISH`` or ``SEND``; or an operation of a cloud's service.
        path: path without the query, or the message's destination.
        status: the answer's status code, or None where the call raised or has no answer.
        error: the exception's type name where the call raised.
        inquiry: a POST that by its protocol only asks (OAuth token, introspection, GraphQL query).
        real: the call left the process for an address that is not loopback.
        unknown: bytes on a connection that no seam speaks for; nobody knows whether they ask or act.
        key: salted hash of the provider's idempotency key, or None.
        payload: salted hash of the body.
        place: the first-party line that made the call.
    """

    dependency: str
    method: str
    path: str
    status: int | None = None
    error: str | None = None
    inquiry: bool = False
    real: bool = False
    unknown: bool = False
    key: int | None = field(default=None, compare=False, repr=False)
    payload: int | None = field(default=None, compare=False, repr=False)
    place: Place | None = None

    @property
    def writes(self) -> bool:
        """Whether the call asks for a change at the dependency (RFC 9110, section 9.2.1)."""
        return self.method not in SAFE_METHODS and not self.inquiry and not self.unknown

    @property
    def failed(self) -> bool:
        """Whether the dependency refused, broke or did not answer."""
        return self.error is not None or (self.status or 0) >= 400

    def __str__(self) -> str:
        answer = self.error or self.status
        if self.method.isupper():
            call = f"{self.method} {self.dependency}{self.path}"
        elif self.method:
            call = f"{self.dependency}.{self.method} {self.path.strip('/')}".rstrip()
        else:
            call = f"unknown dependency {self.dependency}"
        return f"{call} -> {answer}" if answer is not None else call


Effect = RowEffect | CallEffect


_FLAGS = ("holds_key", "session", "holds_status", "referenced", "recorded_failure", "dated", "tally")


def effect_to_wire(effect: Effect) -> dict[str, Any]:
    """Builtins only, so that it crosses the xdist wire; hashes stay behind."""
    place = [effect.place.path, effect.place.line] if effect.place else None
    if isinstance(effect, CallEffect):
        return {
            "call": [effect.dependency, effect.method, effect.path, effect.status, effect.error],
            "inquiry": effect.inquiry,
            "real": effect.real,
            "unknown": effect.unknown,
            "place": place,
        }
    return {
        "row": [effect.database, effect.table, effect.action],
        "columns": dict(effect.columns),
        "flags": [getattr(effect, flag) for flag in _FLAGS],
        "place": place,
    }


def effect_from_wire(wire: Mapping[str, Any]) -> Effect:
    """The inverse of :func:`effect_to_wire`."""
    place = Place(*wire["place"]) if wire["place"] else None
    if "call" in wire:
        dependency, method, path, status, error = wire["call"]
        flags = (wire["inquiry"], wire["real"], wire["unknown"])
        return CallEffect(dependency, method, path, status, error, *flags, place=place)
    database, table, action = wire["row"]
    return RowEffect(
        database=database,
        table=table,
        action=action,
        columns=dict(wire["columns"]),
        place=place,
        **dict(zip(_FLAGS, wire["flags"], strict=True)),
    )
