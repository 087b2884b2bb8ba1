"""The recorder: what the seams talk to. It writes down deliveries and the effects that they cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit
from weakref import WeakSet

from .._model.behaviour import Redelivery
from .._model.delivery import Delivery, Operation, Principal
from .gates import Gate, Pause
from .places import Places
from .recording import Arrival, Recording
from .sendings import Sendings, is_loopback

_delivery: ContextVar[Recording | None] = ContextVar("prodready_delivery", default=None)
_speaking: ContextVar[frozenset[str]] = ContextVar("prodready_speaking", default=frozenset())


class Meeting(Protocol):
    """How a delivery and its duplicate are to meet, and what came of it."""

    def change(self) -> Redelivery | None:
        """How the delivery itself is changed before it is delivered; None where it is not."""

    def gate(self, pause: Pause) -> Gate:
        """What holds the delivery up, or lets it die or fail."""

    def redelivery(self) -> Redelivery:
        """What a copy of it is like, where there can be such a copy; else it is a plain duplicate."""

    def coming(self) -> bool:
        """Whether a copy is delivered after the delivery has ended; it is about to be."""

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
class Ledger:
    """The deliveries of one test, in the order of their arrival.

    Args:
        director: the hand of a trial, or None.
        compared: another run of the test will be laid beside this one, so values are hashed.
        copies: redeliveries, which belong to the trial.
        elsewhere: addresses of this machine where the test sent something that nobody here received.
        watch: told of each delivery when it arrives.
        sign: ``sign(body, headers)`` gives the headers that a sender signs a request with, or None.
        other_tenant: the headers by which the suite's other tenant sends, or None.
        mistakes: what is wrong with a fixture that the suite gives.
    """

    director: Director | None = None
    compared: bool = False
    recordings: list[Recording] = field(default_factory=list)
    copies: list[Recording] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)
    watch: Callable[[Recording], None] = lambda recording: None
    sign: Callable[[bytes, dict[str, str]], Mapping[str, str]] | None = None
    other_tenant: Mapping[str, str] | None = None
    mistakes: list[str] = field(default_factory=list)

    def deliveries(self) -> list[Delivery]:
        """What is over; a delivery that never ended (an abandoned stream) is left out."""
        return [recording.delivery for recording in self.recordings if recording.delivery is not None]


_MOST_APPLICATIONS = 8
# The headers by which a request says who sends it.
CREDENTIALS = ("authorization", "cookie", "x-api-key", "api-key")


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
        self.sendings = Sendings()
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

    def spoken_for(self, kind: str = "") -> bool:
        """Whether a seam above tells of the call of that kind, or of any, that is being carried out."""
        return kind in _speaking.get() if kind else bool(_speaking.get())

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

    @contextmanager
    def underway(self, method: str, url: str) -> Iterator[None]:
        """A client waits for an answer; a server of this process asks who does."""
        ledger = self.ledger
        if ledger is None:
            yield
            return
        nested, known = _delivery.get() is not None, len(ledger.recordings)
        with self.sendings.underway(method, url, nested):
            yield
        parts = urlsplit(url)
        if not nested and len(ledger.recordings) == known and is_loopback(parts.hostname or ""):
            ledger.elsewhere.add(parts.netloc.rpartition("@")[2])

    @property
    def trying(self) -> bool:
        """Whether a trial runs; otherwise the test is watched and nothing about it may change."""
        return self.ledger is not None and self.ledger.director is not None

    def listens(self) -> bool:
        """Whether a request that arrives now is a delivery: a test is watched, and no delivery made it."""
        return self.ledger is not None and self.current() is None

    def arrive(self, seam: str, arrival: Arrival, operation: Operation | None) -> Recording:
        """Write down an arrival."""
        ledger = self.ledger
        assert ledger is not None
        self.heard[seam] += 1
        key = self._key_of(arrival)
        number = len(ledger.recordings) + 1
        recording = Recording(number, arrival, operation, key, _principal(arrival), compared=ledger.compared)
        ledger.recordings.append(recording)
        ledger.watch(recording)
        return recording

    def again(self, recording: Recording, arrival: Arrival, *, signed: bool = False) -> Recording:
        """Write down a redelivery; it belongs to the trial, not to the test's own deliveries.

        Args:
            recording: the delivery itself.
            arrival: what arrives again.
            signed: it has a signature of its own.
        """
        copy = Recording(
            recording.number,
            arrival,
            recording.operation,
            self._key_of(arrival),
            _principal(arrival),
            duplicate_of=recording,
            compared=True,
        )
        copy.signature = "anew" if signed else copy.signature
        if self.ledger is not None:
            self.ledger.copies.append(copy)
            self.ledger.watch(copy)
        return copy

    def _key_of(self, arrival: Arrival) -> str | None:
        director = self.ledger.director if self.ledger else None
        return director.key_of(arrival) if director else standard_key(arrival)

    def running(self, recording: Recording) -> list[Recording]:
        """What runs beside this delivery."""
        everything = [*self.ledger.recordings, *self.ledger.copies] if self.ledger else []
        return [other for other in everything if other.open and other is not recording]

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


def standard_key(arrival: Arrival) -> str | None:
    """The ``Idempotency-Key`` header (draft-ietf-httpapi-idempotency-key-header), or its ``X-`` form."""
    return arrival.headers.get("idempotency-key") or arrival.headers.get("x-idempotency-key")


def _principal(arrival: Arrival) -> Principal:
    credentials = tuple(arrival.headers[name] for name in CREDENTIALS if name in arrival.headers)
    return Principal(hash(credentials) if credentials else None)
