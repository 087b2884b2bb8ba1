"""The recorder: what the seams talk to. It writes down deliveries and the effects that they cause."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from weakref import WeakSet

from .._model.behaviour import Redelivery
from .._model.delivery import Answer, Delivery, Operation, Principal
from .._model.effect import CallEffect, Effect, LogLine
from .._model.schedule import Point
from .digest import parts
from .gates import Died, Gate, Pause
from .moments import Interval
from .places import Places

_delivery: ContextVar[Recording | None] = ContextVar("prodready_delivery", default=None)
_speaking: ContextVar[frozenset[str]] = ContextVar("prodready_speaking", default=frozenset())


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
    def called(self) -> bool:
        """Whether it is the call of a function and no request."""
        return not self.method


class Source(Protocol):
    """Something that collects effects while a delivery runs and tells them once, at its end."""

    def settle(self, recording: Recording) -> Sequence[Effect]:
        """The net effects.

        A source may also have ``joined(other)``: the source of what two deliveries left together.
        """


class Meeting(Protocol):
    """How a delivery and its duplicate are to meet, and what came of it."""

    def gate(self, pause: Pause) -> Gate:
        """What holds the delivery up, or lets it die."""

    def again(self, copies: Sequence[Recording]) -> bool:
        """Whether the request is to be delivered once more, after these copies of it."""

    def over(self, first: Recording, copies: Sequence[Recording], *, waited: bool) -> None:
        """All of them have ended.

        Args:
            first: the delivery itself.
            copies: its duplicates.
            waited: one of them waited for a lock that the held-up delivery had.
        """


class Director(Protocol):
    """Decides what is made of a delivery: the hand of a trial."""

    def meeting(self, recording: Recording) -> Meeting | None:
        """How the delivery that is about to begin meets its duplicate; None where one just comes after it."""

    def redeliveries(self, recording: Recording) -> Iterator[Redelivery]:
        """What to send again, decided one by one after the previous answer is known."""

    def key_of(self, arrival: Arrival) -> str | None:
        """The idempotency key that the request carries, or None."""


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

    def point(self, act: str) -> Point:
        """The act that is next, with what lies behind it."""
        calls = sum(isinstance(effect, CallEffect) and effect.writes for effect in self.acts)
        return Point(act, self.commits + calls)

    def reach(self, act: str) -> None:
        """The application is about to act: a trial may hold it up here, or let it die."""
        if self.gate is not None:
            self.gate.reach(self.point(act))

    async def reach_async(self, act: str) -> None:
        """The same, from a coroutine."""
        if self.gate is not None:
            await self.gate.reach_async(self.point(act))

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
            rows = self._settle()
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
            limits=tuple(sorted(self.limits)),
            heard=frozenset(self.heard),
            request=hash((self.arrival.method, self.arrival.url, self.arrival.body)),
            principal=self.principal,
            logs=tuple(self.logs),
        )


@dataclass
class Ledger:
    """The deliveries of one test, in the order of their arrival.

    Args:
        director: the hand of a trial, or None.
        compared: another run of the test will be laid beside this one, so values are hashed.
    """

    director: Director | None = None
    compared: bool = False
    recordings: list[Recording] = field(default_factory=list)

    def deliveries(self) -> list[Delivery]:
        """What is over; a delivery that never ended (an abandoned stream) is left out."""
        return [recording.delivery for recording in self.recordings if recording.delivery is not None]


_TELLING = 16
_NOT_ALLOWED = 405
_MOST_APPLICATIONS = 8
_CREDENTIALS = ("authorization", "cookie", "x-api-key", "api-key")


class Recorder:
    """Armed with a ledger while a watched test runs; otherwise every seam costs one ``if``.

    Args:
        root: directory of the first-party code.
    """

    def __init__(self, root: str) -> None:
        self.ledger: Ledger | None = None
        self.places = Places(root)
        self.heard: Counter[str] = Counter()
        self.versions: dict[str, str] = {}
        self.routes: set[Operation] = set()
        self.alarms: list[str] = []
        self._covered: WeakSet[Any] = WeakSet()
        self._applications: dict[int, tuple[Any, list[Any]]] = {}

    @contextmanager
    def armed(self, ledger: Ledger) -> Iterator[None]:
        """Record into ``ledger`` for the time of a test's call."""
        self.ledger = ledger
        try:
            yield
        finally:
            self.ledger = None

    def current(self) -> Recording | None:
        """The delivery in whose context the caller runs, if it is still open."""
        recording = _delivery.get()
        return recording if recording is not None and recording.open else None

    @contextmanager
    def speaking(self, kind: str) -> Iterator[None]:
        """A seam tells of a call of that kind; seams below it, which carry the call out, need not.

        Args:
            kind: ``http``, ``message`` or ``mail``.
        """
        token = _speaking.set(_speaking.get() | {kind})
        try:
            yield
        finally:
            _speaking.reset(token)

    def spoken_for(self, kind: str) -> bool:
        """Whether a seam above tells of the call that is being carried out."""
        return kind in _speaking.get()

    @contextmanager
    def harmless(self, seam: str) -> Iterator[None]:
        """What fails in here is our failure: the application goes on, and its delivery is not judged."""
        try:
            yield
        except Exception as error:
            self.alarms.append(f"{seam} failed while it listened: {type(error).__name__}")
            recording = _delivery.get()
            if recording is not None:
                recording.limits.add("seam-failed")

    def listens(self) -> bool:
        """Whether a request that arrives now is a delivery: a test is watched, and no delivery made it."""
        return self.ledger is not None and self.current() is None

    def arrive(self, seam: str, arrival: Arrival, operation: Operation | None) -> Recording:
        """Write down an arrival."""
        ledger = self.ledger
        assert ledger is not None
        self.heard[seam] += 1
        key = ledger.director.key_of(arrival) if ledger.director else standard_key(arrival)
        number = len(ledger.recordings) + 1
        recording = Recording(number, arrival, operation, key, _principal(arrival), compared=ledger.compared)
        ledger.recordings.append(recording)
        return recording

    def again(self, recording: Recording, arrival: Arrival) -> Recording:
        """Write down a redelivery; it belongs to the trial, not to the test's own ledger."""
        return Recording(
            recording.number,
            arrival,
            recording.operation,
            recording.key,
            recording.principal,
            duplicate_of=recording,
            compared=True,
        )

    def meeting(self, recording: Recording) -> Meeting | None:
        """How the trial lets this delivery meet its duplicate; None where no schedule is tried."""
        director = self.ledger.director if self.ledger else None
        return None if director is None else director.meeting(recording)

    def redeliveries(self, recording: Recording) -> Iterator[Redelivery]:
        """What the trial wants of this delivery; nothing where no trial runs."""
        director = self.ledger.director if self.ledger else None
        return iter(()) if director is None else director.redeliveries(recording)

    def cover(self, connection: Any) -> None:
        """A library that drives this connection tells of it, so its driver's seam need not."""
        with suppress(TypeError):  # what takes no weak reference is no driver's that is heard
            self._covered.add(connection)

    def covers(self, connection: Any) -> bool:
        """Whether a library above tells of this connection."""
        return connection in self._covered

    def routes_of(self, application: Any, discover: Callable[[Any], list[Any]]) -> list[Any]:
        """The application's routes, discovered once per application object."""
        known = self._applications.get(id(application))
        if known is None or known[0] is not application:
            routes: list[Any] = []
            with self.harmless("routes"):
                routes = discover(application)
            known = (application, routes)
            # A suite may make an application a test; only the last few are kept alive here.
            while len(self._applications) >= _MOST_APPLICATIONS:
                del self._applications[next(iter(self._applications))]
            self._applications[id(application)] = known
            self.routes.update(operation for route in routes for operation in route.operations())
        return known[1]


@contextmanager
def within(recording: Recording) -> Iterator[None]:
    """Attribute everything that runs in this context to the delivery."""
    token = _delivery.set(recording)
    try:
        yield
    finally:
        _delivery.reset(token)


def _telling(pairs: Iterable[str]) -> tuple[str, ...]:
    """The values of cookies, as far as they are long enough to tell one session from another."""
    values = (pair.partition("=")[2].strip().strip('"') for pair in pairs)
    return tuple(value for value in values if len(value) >= _TELLING)


def standard_key(arrival: Arrival) -> str | None:
    """The ``Idempotency-Key`` header (draft-ietf-httpapi-idempotency-key-header), or its ``X-`` form."""
    return arrival.headers.get("idempotency-key") or arrival.headers.get("x-idempotency-key")


def _principal(arrival: Arrival) -> Principal:
    credentials = tuple(arrival.headers[name] for name in _CREDENTIALS if name in arrival.headers)
    return Principal(hash(credentials) if credentials else None)
