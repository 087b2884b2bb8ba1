"""Operations, principals and deliveries: who asked what of the application, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .effect import SAFE_METHODS, CallEffect, Effect, LogLine, RowEffect, effect_from_wire, effect_to_wire

# What a copy of a signed request is signed with: nothing, what the first had, or a signature of its own.
Signature = Literal["", "kept", "anew"]
# The names under which outbound seams of databases are heard.
DATABASES = frozenset(
    {"asyncpg", "django", "prodready_read_state", "psycopg", "pymysql", "redis", "sqlalchemy", "sqlite3"}
)


@dataclass(frozen=True, order=True)
class Operation:
    """What production invokes: a method and a route template, or no method and a handler's name."""

    method: str
    route: str

    def __str__(self) -> str:
        return f"{self.method} {self.route}" if self.method else self.route

    @classmethod
    def parse(cls, text: str) -> Operation:
        """``"POST /payments/{id}"`` or ``"worker:on_payment"`` to an operation."""
        method, spaced, route = text.partition(" ")
        return cls(method, route) if spaced else cls("", text)


@dataclass(frozen=True)
class Principal:
    """Who calls, as far as the request tells: a salted hash of its credentials, never the credentials."""

    fingerprint: int | None

    @property
    def anonymous(self) -> bool:
        """No Authorization header, cookie or API key came with the request."""
        return self.fingerprint is None


@dataclass(frozen=True)
class Answer:
    """What the application answered, by status and by salted hashes of its parts.

    Args:
        status: HTTP status code; 500 where the application raised.
        raised: the type name of an exception that left the application, or None.
        called: it was a function that answered, by returning (status 200) or raising (500).
        parts: JSON path (or ``$`` for another body) to salted hash, valid in this process only.
    """

    status: int
    raised: str | None = None
    called: bool = False
    parts: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def succeeded(self) -> bool:
        return self.status < 400

    @property
    def accepted(self) -> bool:
        """It did what was asked, and sent the caller nowhere else (to a login, say)."""
        return self.status < 300

    @property
    def told(self) -> str:
        """As the verb of a sentence."""
        return str(self) if self.called else f"answered {self}"

    def __str__(self) -> str:
        if self.called:
            return "returned" if self.succeeded else f"raised {self.raised}" if self.raised else "failed"
        return f"{self.status} (raised {self.raised})" if self.raised else str(self.status)


@dataclass(frozen=True)
class Delivery:
    """One arrival of a request at an operation, with everything that it caused.

    Args:
        number: position within its test, from 1.
        operation: the operation, or None where no route of the application matched.
        answer: the application's answer.
        effects: committed, net effects in the order they were made.
        reads: tables that the application read before it wrote to them.
        keyed: the request carried an idempotency key.
        key_in_header: it did so in a header, and not as the identity of an event in its body.
        signature: how it is signed, as webhooks are.
        limits: reason codes of what could not be seen (see ``_model.verdict.REASONS``).
        heard: names of the outbound seams that spoke during the delivery.
        request: salted hash of method, URL and body: equal for equal requests in this process.
        principal: who called.
        logs: the log records that it made.
    """

    number: int
    method: str
    operation: Operation | None
    answer: Answer
    effects: tuple[Effect, ...] = ()
    reads: frozenset[str] = frozenset()
    keyed: bool = False
    key_in_header: bool = False
    signature: Signature = field(default="", compare=False)
    limits: tuple[str, ...] = ()
    heard: frozenset[str] = frozenset()
    request: int = field(default=0, compare=False, repr=False)
    principal: Principal = field(default=Principal(None), compare=False, repr=False)
    logs: tuple[LogLine, ...] = field(default=(), compare=False)

    @property
    def safe(self) -> bool:
        """Whether the method promises to change nothing (RFC 9110, section 9.2.1)."""
        return self.method in SAFE_METHODS

    @property
    def database_heard(self) -> bool:
        """Whether a database spoke at all: then its silence about rows means something."""
        return not self.heard.isdisjoint(DATABASES)

    @property
    def rows(self) -> tuple[RowEffect, ...]:
        return tuple(effect for effect in self.effects if isinstance(effect, RowEffect))

    @property
    def shown(self) -> frozenset[str]:
        """Tables that it read and did not write to; a refusal shows nothing."""
        return self.reads - {row.table for row in self.rows} if self.answer.succeeded else frozenset()

    @property
    def calls(self) -> tuple[CallEffect, ...]:
        return tuple(effect for effect in self.effects if isinstance(effect, CallEffect))

    @property
    def unknown(self) -> bool:
        """Whether something was sent to a dependency that nobody here understands."""
        return any(call.unknown for call in self.calls)

    def to_wire(self) -> dict[str, Any]:
        """Builtins only, values left behind."""
        return {
            "number": self.number,
            "method": self.method,
            "operation": str(self.operation) if self.operation else None,
            "answer": [self.answer.status, self.answer.raised, self.answer.called],
            "effects": [effect_to_wire(effect) for effect in self.effects],
            "reads": sorted(self.reads),
            "keyed": [self.keyed, self.key_in_header],
            "limits": list(self.limits),
            "heard": sorted(self.heard),
            "request": self.request,
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Delivery:
        """The inverse of :meth:`to_wire`."""
        return cls(
            number=wire["number"],
            method=wire["method"],
            operation=Operation.parse(wire["operation"]) if wire["operation"] else None,
            answer=Answer(*wire["answer"]),
            effects=tuple(effect_from_wire(effect) for effect in wire["effects"]),
            reads=frozenset(wire["reads"]),
            keyed=wire["keyed"][0],
            key_in_header=wire["keyed"][1],
            limits=tuple(wire["limits"]),
            heard=frozenset(wire["heard"]),
            request=wire["request"],
        )
