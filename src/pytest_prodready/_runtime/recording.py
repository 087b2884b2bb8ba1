"""What is written down of a delivery while it runs: its arrival, and what its sources have heard."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from .._model.behaviour import Redelivery
from .._model.delivery import Answer, Delivery, Operation, Principal, Signature
from .._model.effect import CallEffect, Effect, LogLine
from .._model.schedule import Point
from .digest import parts
from .gates import Died, Failure, Gate
from .moments import Interval

_TELLING = 16
_NOT_ALLOWED = 405


@dataclass(frozen=True)
class Arrival:
    """What an inbound seam knows of a request.

    Args:
        method: HTTP method, upper case, or "" for the call of a function.
        url: path and query, or the function's name.
        body: the body's bytes, or None for a stream that has not been read.
        headers: lower-case name to value; the last one of a repeated name.
        application: the ASGI or WSGI application that is asked, for its routes.
    """

    method: str
    url: str
    body: bytes | None
    headers: Mapping[str, str]
    application: Any = None

    @functools.cached_property
    def cookies(self) -> tuple[str, ...]:
        """The values of its cookies, as far as they are long enough to tell one session from another."""
        pairs = self.headers.get("cookie", "").split(";")
        return _telling(pairs)

    @property
    def signed(self) -> bool:
        """Whether a header carries a signature of it, as senders of webhooks call it."""
        return any("signature" in name or "hmac" in name for name in self.headers)

    @property
    def called(self) -> bool:
        """Whether it is the call of a function and no request."""
        return not self.method


class Source(Protocol):
    """Something that collects effects while a delivery runs and tells them once, at its end."""

    def settle(self, recording: Recording) -> Sequence[Effect]:
        """The net effects.

        A source may also have ``joined(other)``: the source of what two deliveries left together.
        """


@dataclass
class Recording:
    """A delivery while it is still running."""

    number: int
    arrival: Arrival
    operation: Operation | None
    key: str | None
    principal: Principal
    duplicate_of: Recording | None = None
    interval: Interval = field(default_factory=Interval)
    open: bool = True
    delivery: Delivery | None = None
    sources: dict[object, Source] = field(default_factory=dict)
    acts: list[Effect] = field(default_factory=list)
    logs: list[LogLine] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    limits: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    compared: bool = False
    dependency_failed: bool = False
    status: int = 0
    told: list[tuple[Redelivery, Delivery]] = field(default_factory=list)
    given: tuple[str, ...] = ()
    gate: Gate | None = None
    beside: Recording | None = None
    commits: int = 0
    busy: set[Hashable] = field(default_factory=set)
    signature: Signature = ""

    def __post_init__(self) -> None:
        if self.arrival.signed:
            self.signature = "kept"

    @property
    def key_header(self) -> str:
        """The name of the header that carries the key, or ""."""
        return next((name for name, value in self.arrival.headers.items() if value == self.key), "")

    @property
    def spellings(self) -> tuple[str, ...]:
        """How the key may be stored: as it was sent, and a UUID as databases spell one."""
        try:
            number = uuid.UUID(self.key or "")
        except ValueError:
            return (self.key,) if self.key else ()
        return (self.key or "", str(number), number.hex)

    def point(self, act: str, *, fallible: bool = False) -> Point:
        """The act that is next, with what lies behind it."""
        calls = sum(isinstance(effect, CallEffect) and effect.writes for effect in self.acts)
        return Point(act, self.commits + calls, fallible)

    def reach(self, act: str, failure: Failure | None = None) -> None:
        """The application is about to act: a trial may hold it up here, let it die, or let the act fail.

        Args:
            act: what it is about to do.
            failure: makes what the library raises where the dependency cannot be reached.
        """
        if self.gate is not None:
            self.gate.reach(self.point(act, fallible=failure is not None), failure)

    async def reach_async(self, act: str, failure: Failure | None = None) -> None:
        """The same, from a coroutine."""
        if self.gate is not None:
            await self.gate.reach_async(self.point(act, fallible=failure is not None), failure)

    def gives(self, lines: Iterable[str]) -> None:
        """The answer sets these cookies, told as lines of ``Set-Cookie``."""
        self.given = _telling(line.partition(";")[0] for line in lines)

    @property
    def cookies(self) -> tuple[str, ...]:
        """The values of the caller's cookies, before and after."""
        return (*self.arrival.cookies, *self.given)

    def uses(self, connection: Hashable) -> None:
        """A statement is about to run on that connection.

        Raises:
            Died: the delivery that is being held up has a transaction open on it. Two deliveries that
                share a connection share a transaction, which no two processes in production do.
        """
        if self.beside is not None and connection in self.beside.busy:
            self.limits.add("one-shared-connection")
            raise Died("the duplicate would use the connection of the first delivery")
        self.busy.add(connection)

    def source(self, identity: object, make: Callable[[], Source]) -> Source:
        """The source of that identity, made at its first use in this delivery."""
        if identity not in self.sources:
            self.sources[identity] = make()
        return self.sources[identity]

    def tell(self, redelivery: Redelivery, copy: Recording) -> None:
        """Keep what became of a redelivery of this delivery."""
        if copy.delivery is not None:
            self.told.append((redelivery, copy.delivery))

    def close(self, status: int, body: bytes = b"", raised: BaseException | None = None) -> Delivery:
        """End the delivery; what happens later in its context is no longer its own."""
        if self.delivery is None:
            self.open = False
            self.interval.end()
            self.status = status
            # What ran at the same time may have written them.
            rows = [] if "overlapping" in self.limits else self._settle()
            hashed = parts(body) if self.compared else {}
            name = type(raised).__name__ if raised else None
            answer = Answer(status, name, self.arrival.called, hashed)
            self.delivery = self._deliver(answer, rows)
            if not self.scheduled:
                self.sources.clear()
        return self.delivery

    @property
    def scheduled(self) -> bool:
        """Whether the trial of a schedule will ask what it left together with another."""
        return self.gate is not None or (self.duplicate_of is not None and self.duplicate_of.gate is not None)

    def together(self, copies: Sequence[Recording]) -> Delivery:
        """This delivery with the effects that it and its copies left together."""
        assert self.delivery is not None
        sources = dict(self.sources)
        for copy in copies:
            for identity, source in copy.sources.items():
                known: Any = sources.get(identity)
                sources[identity] = known.joined(source) if hasattr(known, "joined") else source
        self.interval.end()
        rows = [
            effect
            for source in sources.values()
            if hasattr(source, "joined")
            for effect in source.settle(self)
        ]
        acts = [effect for each in (self, *copies) for effect in each.own_acts]
        return replace(self.delivery, effects=(*rows, *acts))

    @property
    def own_acts(self) -> list[Effect]:
        """What the application did, less what a double of the test did."""
        return [act for act in self.acts if act.place is None or not act.place.double]

    def _settle(self) -> list[Effect]:
        """The effects of all sources; one that fails takes the judgement with it, not the application."""
        try:
            return [effect for source in self.sources.values() for effect in source.settle(self)]
        except Exception:
            self.limits.add("seam-failed")
            return []

    def _deliver(self, answer: Answer, rows: list[Effect]) -> Delivery:
        return Delivery(
            number=self.number,
            method=self.arrival.method,
            # A method that the route does not take (405) is no operation, whoever answered so.
            operation=None if answer.status == _NOT_ALLOWED else self.operation,
            answer=answer,
            effects=(*rows, *self.own_acts),
            reads=frozenset(self.reads),
            keyed=self.key is not None,
            key_in_header=bool(self.key_header),
            signature=self.signature,
            limits=tuple(sorted(self.limits)),
            heard=frozenset(self.heard),
            request=hash((self.arrival.method, self.arrival.url, self.arrival.body)),
            principal=self.principal,
            logs=tuple(self.logs),
        )


def _telling(pairs: Iterable[str]) -> tuple[str, ...]:
    """The values of cookies, as far as they are long enough to tell one session from another."""
    values = (pair.partition("=")[2].strip().strip('"') for pair in pairs)
    return tuple(value for value in values if len(value) >= _TELLING)
