"""``sqlite3`` used directly, heard by a subclass of the connection that ``sqlite3.connect`` makes.

The C types cannot be patched and the trace callback has one slot that may be the user's, so the
connection's public ``factory`` argument is used: a subclass of the user's own factory where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from .._model.schedule import ANSWER
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .ear import Ear, Line
from .questions import Rows, Select, answer
from .state import Database

# Libraries that drive sqlite3 and are heard themselves.
_HEARD_ABOVE = ("sqlalchemy", "django")
_LIBRARY = Library("sqlite3", "", "3.10", "rows", "a connection made before the plugin listens")


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        listening = _listening_class(recorder, module)

        def connecting(original: Any) -> Any:
            def connect(*args: Any, **kwargs: Any) -> Any:
                if len(args) > 5 or recorder.places.caller_is(_HEARD_ABOVE):
                    return original(*args, **kwargs)
                factory = kwargs.pop("factory", module.Connection)
                return original(*args, factory=listening(factory), **kwargs)

            return connect

        reach(module, "Connection.__exit__")
        patcher.replace(module, "connect", connecting)

    return [Seam("sqlite3", "sqlite3", _LIBRARY, install)]


def _listening_class(recorder: Recorder, sqlite3: ModuleType) -> Callable[[Any], Any]:
    """From a connection factory to a class of the same name whose statements are heard."""
    connections = _Connections(recorder, sqlite3)
    cursor = _cursor_class(connections, sqlite3)
    made: dict[type, type] = {}

    def listening(factory: Any) -> Any:
        if not isinstance(factory, type):
            return factory
        if factory not in made:
            made[factory] = _connection_class(connections, factory, cursor)
        return made[factory]

    return listening


# What is refused as a whole; a COMMIT that a deferred constraint refuses leaves the transaction open.
_ROWS = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class _Connections:
    """Tells the statements and commits of connections to the ear."""

    def __init__(self, recorder: Recorder, sqlite3: ModuleType) -> None:
        self._recorder = recorder
        self._ear = Ear(recorder, "sqlite3")
        self._cursor = reach(sqlite3, "Cursor")
        self._lines: WeakKeyDictionary[Any, Line] = WeakKeyDictionary()
        self._databases: dict[str, Database] = {}

    def before(self, connection: Any, sql: Any) -> None:
        """A statement is about to run."""
        recording = self._recorder.current()
        if recording is None or self._recorder.covers(connection) or not isinstance(sql, str):
            return
        with self._recorder.harmless("sqlite3"):
            answer(self._ear.before(recording, self._line(connection), sql), self._select(connection))

    def after(self, connection: Any) -> None:
        """Whatever ran, a connection outside a transaction has committed what it wrote."""
        recording = self._recorder.current()
        if recording is None or connection.in_transaction or not (recording.sources or recording.busy):
            return
        behind = recording.commits
        with self._recorder.harmless("sqlite3"):
            answer(self._ear.committing(recording, self._line(connection)), self._select(connection))
        if recording.commits > behind:
            recording.reach(ANSWER)

    def failed(self, connection: Any) -> None:
        """One statement for one row was refused."""
        recording = self._recorder.current()
        if recording is not None and not self._recorder.covers(connection):
            with self._recorder.harmless("sqlite3"):
                self._ear.failed(recording, self._line(connection))

    def committing(self, connection: Any) -> None:
        """A commit is about to be made."""
        recording = self._recorder.current()
        if recording is not None and recording.gate is not None:
            answer(self._ear.announced(recording, self._line(connection)), self._select(connection))

    def rolled_back(self, connection: Any) -> None:
        """What the connection wrote is gone."""
        recording = self._recorder.current()
        if recording is not None:
            self._ear.rolled_back(recording, self._line(connection))

    def _line(self, connection: Any) -> Line:
        known = self._lines.get(connection)
        if known is None:
            known = self._lines[connection] = Line(id(connection), self._database(connection))
        return known

    def _database(self, connection: Any) -> Database:
        """Connections to one file are connections to one database; one in memory is its own."""
        _, rows = self._select(connection)("PRAGMA database_list")
        path = next((row[2] for row in rows if row[1] == "main"), "")
        return self._databases.setdefault(path, _new()) if path else _new()

    def _select(self, connection: Any) -> Select:
        """Queries by the plain cursor, with the user's row factory left out."""

        def select(sql: str) -> Rows:
            cursor = self._cursor(connection)
            cursor.row_factory = None
            try:
                cursor.execute(sql)
                return [column[0] for column in cursor.description], cursor.fetchall()
            finally:
                cursor.close()

        return select


def _new() -> Database:
    return Database("sqlite", "sqlite")


def _cursor_class(connections: _Connections, sqlite3: ModuleType) -> type:
    class ListeningCursor(sqlite3.Cursor):  # type: ignore[name-defined, misc]
        def execute(self, sql: str, *parameters: Any) -> Any:
            connections.before(self.connection, sql)
            try:
                result = super().execute(sql, *parameters)
            except sqlite3.IntegrityError:
                if sql.lstrip().upper().startswith(_ROWS):
                    connections.failed(self.connection)
                raise
            connections.after(self.connection)
            return result

        def executemany(self, sql: str, *parameters: Any) -> Any:
            connections.before(self.connection, sql)
            result = super().executemany(sql, *parameters)
            connections.after(self.connection)
            return result

        def executescript(self, sql: str) -> Any:
            connections.before(self.connection, sql)
            result = super().executescript(sql)
            connections.after(self.connection)
            return result

    return ListeningCursor


def _connection_class(connections: _Connections, factory: type, cursor_class: type) -> type:
    class ListeningConnection(factory):  # type: ignore[misc]
        def cursor(self, factory: Any = cursor_class) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, *parameters: Any) -> Any:
            return self.cursor().execute(sql, *parameters)

        def executemany(self, sql: str, *parameters: Any) -> Any:
            return self.cursor().executemany(sql, *parameters)

        def executescript(self, sql: str) -> Any:
            return self.cursor().executescript(sql)

        def commit(self) -> None:
            connections.committing(self)
            super().commit()
            connections.after(self)

        def rollback(self) -> None:
            super().rollback()
            connections.rolled_back(self)

        def __exit__(self, kind: Any, *details: Any) -> Any:
            # The C method commits by itself, not through commit().
            if kind is None:
                connections.committing(self)
            result = super().__exit__(kind, *details)
            if kind is None:
                connections.after(self)
            else:
                connections.rolled_back(self)
            return result

    ListeningConnection.__name__ = ListeningConnection.__qualname__ = factory.__name__
    return ListeningConnection
