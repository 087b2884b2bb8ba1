"""The net, committed change of one database within one delivery.

A table is read just before the first statement that may write to it, and again at each commit, both on
the application's own connection: that sees what a rollback fixture hides from all others, waits for no
pool, and costs nothing where nothing is written.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._model.effect import Effect, Place, RowEffect
from .._runtime.digest import digest
from .._runtime.moments import Interval
from .._runtime.recording import Recording
from . import images, schemas
from .images import Difference, Image
from .questions import Asking
from .schemas import Schema
from .statements import Statement, Table


@dataclass
class Database:
    """One database as the application reaches it; its schema is read once and again when a table is new.

    Args:
        label: what the report calls it.
        dialect: SQLAlchemy's name of the database.
        address: what other connections to the same database share, or "".
    """

    label: str
    dialect: str
    address: str = ""
    schema: Schema | None = None

    def tables(self, statement: Statement) -> Asking[set[Table] | None]:
        """The tables that a statement may write to; None where that cannot be told."""
        known = self.schema.written(statement) if self.schema else None
        if known is None:
            self.schema = yield from schemas.load(self.dialect)
            known = self.schema.written(statement) if self.schema else None
        return known


@dataclass
class StateWatch:
    """The source of row effects for one database in one delivery."""

    database: Database
    before: dict[Table, Image] = field(default_factory=dict)
    after: dict[Table, Image] = field(default_factory=dict)
    _pending: dict[Hashable, set[Table]] = field(default_factory=dict)
    _last_commit: dict[Hashable, tuple[set[Table], dict[Table, Image]]] = field(default_factory=dict)
    _places: dict[Table, Place | None] = field(default_factory=dict)
    _after_failure: set[Table] = field(default_factory=set)
    _before_statement: dict[Hashable, set[Table]] = field(default_factory=dict)
    _by_doubles: set[Table] = field(default_factory=set)

    def writing(
        self,
        connection: Hashable,
        statement: Statement,
        recording: Recording,
        place: Place | None,
    ) -> Asking[None]:
        """A statement is about to write: keep what its tables look like."""
        self._before_statement[connection] = set(self._pending.get(connection, ()))
        tables = (yield from self.database.tables(statement)) if statement.kind == "write" else None
        if tables is None or self.database.schema is None:
            supported = self.database.schema is not None
            recording.limits.add("opaque-write" if supported else "unsupported-database")
            return
        for table in sorted(tables - self.before.keys()):
            yield from self._keep(self.before, table, recording)
        named = {self.database.schema.resolve(table) for table in statement.writes}
        for table in tables & self.before.keys():
            self._pending.setdefault(connection, set()).add(table)
            if place is not None and place.double:
                self._by_doubles.add(table)
            if table in named:
                recording.written.add(table[1])
                self._places[table] = place or self._places.get(table)
                if recording.dependency_failed:
                    self._after_failure.add(table)

    def failed(self, connection: Hashable) -> None:
        """The statement that was just announced was refused, and wrote nothing."""
        if connection in self._before_statement:
            self._pending[connection] = self._before_statement.pop(connection)

    def pending(self, connection: Hashable) -> bool:
        """Whether the connection wrote something that has not been committed."""
        return bool(self._pending.get(connection))

    def committing(self, connection: Hashable, recording: Recording) -> Asking[None]:
        """The connection commits: its tables as they are now are what remains."""
        tables = self._pending.pop(connection, set())
        self._last_commit[connection] = (tables, dict(self.after))
        for table in sorted(tables):
            yield from self._keep(self.after, table, recording)

    def commit_failed(self, connection: Hashable) -> None:
        """The commit that was just announced did not happen."""
        if connection in self._last_commit:
            tables, self.after = self._last_commit.pop(connection)
            self._pending[connection] = tables

    def rolled_back(self, connection: Hashable) -> None:
        """What the connection wrote since its last commit is gone."""
        self._pending.pop(connection, None)

    def settle(self, recording: Recording) -> Sequence[Effect]:
        """The net effects, in the order of the tables' names."""
        if any(self._pending.values()):
            recording.limits.add("uncommitted")
        if self._by_doubles:
            recording.limits.add("test-double")
        return [
            self._effect(table, difference, recording)
            for table in sorted(self.after.keys() - self._by_doubles)
            for difference in images.compare(self.before[table], self.after[table])
        ]

    def joined(self, other: StateWatch) -> StateWatch:
        """What two deliveries that met have left together, as the watch of one."""
        before = {**self.before, **other.before}
        for table in self.before.keys() & other.before.keys():
            before[table] = min(self.before[table], other.before[table], key=_moment)
        after = {**self.after, **other.after}
        for table in self.after.keys() & other.after.keys():
            early, late = sorted((self, other), key=lambda watch: watch.after[table].moment)
            after[table] = late.after[table].completed(late.before[table], early.after[table])
        return StateWatch(
            self.database,
            before,
            after,
            _places={**self._places, **other._places},
            _after_failure=self._after_failure | other._after_failure,
            _by_doubles=self._by_doubles | other._by_doubles,
        )

    def _keep(self, where: dict[Table, Image], table: Table, recording: Recording) -> Asking[None]:
        assert self.database.schema is not None
        image = yield from images.take(self.database.schema, table)
        if image is None:
            recording.limits.add("large-table")
        else:
            where[table] = image

    def _effect(self, table: Table, difference: Difference, recording: Recording) -> RowEffect:
        schema = self.database.schema
        assert schema is not None
        columns = self.after[table].columns
        row = difference.after if difference.after is not None else difference.before
        assert row is not None
        changed = difference.before is not None and difference.after is not None
        booleans = schema.booleans.get(table, set())
        return RowEffect(
            database=self.database.label,
            table=table[1],
            action="change" if changed else "delete" if difference.after is None else "insert",
            columns=images.natures(columns, difference, recording.interval, booleans) if changed else {},
            holds_key=any(key in str(value) for value in row for key in recording.spellings),
            session=any(str(part) in recording.cookies for part in difference.key or ()),
            holds_status=any(type(value) is int and value == recording.status for value in row),
            referenced=table in schema.referenced,
            recorded_failure=table in self._after_failure,
            dated=difference.before is None and any(recording.interval.holds(value) for value in row),
            tally=images.is_tally(columns, difference, recording.interval, booleans),
            place=self._places.get(table),
            key=schema.keys.get(table, ()),
            **(_hashed(columns, difference, row, recording.interval) if recording.compared else {}),
        )


def _moment(image: Image) -> float:
    return image.moment


def _hashed(
    columns: Sequence[str], difference: Difference, row: images.Row, interval: Interval
) -> dict[str, Any]:
    """What lets two runs be laid side by side."""
    key = difference.key
    return {
        "digests": images.hashes(columns, row),
        "priors": images.hashes(columns, difference.before) if difference.before is not None else {},
        "deltas": images.deltas(columns, difference.before or (), difference.after or ()),
        "numbers": images.numbers(columns, row),
        "moments": images.moments(columns, row, interval),
        "shapes": images.shapes(columns, row),
        "identity": digest(key[0]) if key is not None and len(key) == 1 else None,
    }
