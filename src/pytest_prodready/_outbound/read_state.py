"""State that no seam of a database hears: what the fixture ``prodready_read_state`` reads, before and after.

A dictionary that stands for a repository, a file, a document database: the suite says how to read it, and
its rows count like those of tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from .._model.effect import Effect, RowEffect
from .._runtime.digest import digest
from .._runtime.recorder import Recorder, within
from .._runtime.recording import Recording
from . import images
from .images import Difference, Image

NAME = "prodready_read_state"
_VALUE = "value"


class StateReader:
    """The source of effects in a state that the suite reads itself.

    What it reads is put into words at once, so that a row which changes in place is seen to change.

    Args:
        read: returns a mapping of names to what is kept under them: a mapping of keys to rows, or a
            sequence of rows. A row is a mapping, or any single value.
    """

    def __init__(self, read: Callable[[], Any]) -> None:
        self._read = read
        self._before = _images(read())

    def settle(self, recording: Recording) -> Sequence[Effect]:
        """The net effects, in the order of the names."""
        recording.heard.add(NAME)
        after = _images(self._read())
        nothing = Image((), {}, Counter())
        return [
            _effect(name, difference, recording)
            for name in sorted(self._before.keys() | after.keys())
            for difference in images.compare(self._before.get(name, nothing), after.get(name, nothing))
        ]

    def joined(self, other: StateReader) -> StateReader:
        """What two deliveries have left together is what this one's reading finds at the end."""
        return self


def watching(recorder: Recorder, read: Callable[[], Any]) -> Callable[[Recording], None]:
    """What reads the state when a delivery arrives."""

    def watch(recording: Recording) -> None:
        with recorder.harmless(NAME), within(recording):
            recording.source(NAME, lambda: StateReader(read))

    return watch


def _images(state: Any) -> dict[str, Image]:
    if not isinstance(state, Mapping):
        state = {"state": state}
    return {str(name): _image(kept) for name, kept in state.items()}


def _image(kept: Any) -> Image:
    """Rows are told apart by their key, or where they have none by their content."""
    if isinstance(kept, Mapping):
        return Image((), {(_hashable(key),): _row(row) for key, row in kept.items()}, Counter())
    rows = kept if isinstance(kept, (list, tuple, set, frozenset)) else [kept]
    return Image((), {}, Counter(_row(row) for row in rows))


def _row(row: Any) -> tuple[Any, ...]:
    """Pairs of a column and its value, so that rows need not have the same columns."""
    if isinstance(row, Mapping):
        return tuple(sorted((str(name), _hashable(value)) for name, value in row.items()))
    fields = getattr(row, "__dict__", None)
    if fields:
        return _row({name: value for name, value in fields.items() if not name.startswith("_")})
    return ((_VALUE, _hashable(row)),)


def _hashable(value: Any) -> Any:
    return value if isinstance(value, Hashable) else repr(value)


def _effect(name: str, difference: Difference, recording: Recording) -> RowEffect:
    old, new = dict(difference.before or ()), dict(difference.after or ())
    changed = difference.before is not None and difference.after is not None
    columns = tuple(sorted(old.keys() | new.keys()))
    was, now = (tuple(row.get(column) for column in columns) for row in (old, new))
    left = now if new else was
    return RowEffect(
        database=NAME,
        table=name,
        action="change" if changed else "insert" if new else "delete",
        columns=images.natures(columns, Difference(None, was, now), recording.interval, set())
        if changed
        else {},
        holds_key=any(key in str(value) for value in left for key in recording.spellings),
        dated=not old and any(recording.interval.holds(value) for value in left),
        digests=images.hashes(columns, left) if recording.compared else {},
        priors=images.hashes(columns, was) if recording.compared and changed else {},
        deltas=images.deltas(columns, was, now) if recording.compared and changed else {},
        numbers=images.numbers(columns, left) if recording.compared else frozenset(),
        moments=images.moments(columns, left, recording.interval) if recording.compared else frozenset(),
        shapes=images.shapes(columns, left) if recording.compared else {},
        identity=digest(difference.key[0]) if difference.key is not None else None,
    )
