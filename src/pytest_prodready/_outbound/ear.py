"""What the seams of all database libraries share: statements and commits become state to compare."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .questions import Asking, Hold
from .state import Database, StateWatch
from .statements import analyse

_LONGEST_WAIT = "4s"


@dataclass(frozen=True)
class Line:
    """A connection as a seam sees it.

    Args:
        identity: tells it from the other connections to the same database.
        database: what it is connected to.
        remote: the database is on another machine.
    """

    identity: Hashable
    database: Database
    remote: bool = False


class Ear:
    """Turns what happens on connections into writes and commits of a delivery.

    Args:
        recorder: tells the first-party line.
        name: under which the library is heard.
        told_ahead: the seam itself calls :meth:`entering`, before the library's own handling of errors.
    """

    def __init__(self, recorder: Recorder, name: str, *, told_ahead: bool = False) -> None:
        self._recorder = recorder
        self._name = name
        self._told_ahead = told_ahead

    def before(self, recording: Recording, line: Line, sql: str) -> Asking[None]:
        """A statement is about to run."""
        recording.heard.add(self._name)
        meaning = analyse(sql, line.database.dialect)
        if recording.scheduled and not self._told_ahead and meaning.kind in ("read", "write", "opaque"):
            yield from self.entering(recording, line, meaning.told(sql))
        recording.reads.update(meaning.reads - recording.written)
        if meaning.kind in ("write", "opaque"):
            if line.remote:
                recording.limits.add("remote-database")
            place = self._recorder.places.here()
            yield from watch(recording, line).writing(line.identity, meaning, recording, place)

    def announced(self, recording: Recording, line: Line) -> Asking[None]:
        """A commit is about to be made."""
        if pending(recording, line):
            yield Hold(recording, "COMMIT")

    def committing(self, recording: Recording, line: Line) -> Asking[None]:
        """What the connection wrote is committed, now or in a moment."""
        if pending(recording, line):
            yield from watch(recording, line).committing(line.identity, recording)
            recording.commits += 1
        recording.busy.discard(line.identity)

    def failed(self, recording: Recording, line: Line) -> None:
        """The statement was refused as a whole."""
        if recording.sources:
            watch(recording, line).failed(line.identity)

    def rolled_back(self, recording: Recording, line: Line) -> None:
        """What the connection wrote since its last commit is gone."""
        recording.busy.discard(line.identity)
        if recording.sources:
            watch(recording, line).rolled_back(line.identity)

    def entering(self, recording: Recording, line: Line, act: str) -> Asking[None]:
        """In the trial of a schedule: the gate is asked, and a duplicate waits for no lock for ever."""
        yield Hold(recording, act)
        fresh = line.identity not in recording.busy
        recording.uses(line.identity)
        if fresh and recording.beside is not None and line.database.dialect == "postgresql":
            yield f"SELECT set_config('lock_timeout', '{_LONGEST_WAIT}', true)"


def pending(recording: Recording, line: Line) -> bool:
    """Whether the connection wrote something that has not been committed."""
    return bool(recording.sources) and watch(recording, line).pending(line.identity)


def watch(recording: Recording, line: Line) -> StateWatch:
    """The state of that database within the delivery."""
    database = line.database
    source = recording.source(database.address or id(database), lambda: StateWatch(database))
    assert isinstance(source, StateWatch)
    return source
