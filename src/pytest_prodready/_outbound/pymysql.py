"""``PyMySQL`` used directly: cursors, commits and rollbacks of its connections.

Connections that SQLAlchemy or Django drive are heard there. The server says after each statement whether a
transaction is open, so what it commits by itself (autocommit, DDL) is heard as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .ear import Ear, pending
from .questions import Asking, Rows, answer
from .transactions import Databases, Ending, Talk

_NAME = "pymysql"
_LIBRARY = Library("PyMySQL", "pymysql", "1.0.2", "rows", "statements beside an unbuffered cursor's rows")


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        lines = _Lines(recorder, module)
        cursor, connection = reach(module, "cursors.Cursor"), reach(module, "connections.Connection")
        patcher.replace(cursor, "execute", lines.executing)
        patcher.replace(cursor, "executemany", lines.executing)
        patcher.replace(cursor, "callproc", lines.calling)
        patcher.replace(connection, "begin", lines.beginning)
        patcher.replace(connection, "commit", lines.ending("commit"))
        patcher.replace(connection, "rollback", lines.ending("rollback"))

    return [Seam("PyMySQL", "pymysql", _LIBRARY, install)]


class _Lines:
    """Tells what happens on connections to the ear, and asks them in its name."""

    def __init__(self, recorder: Recorder, pymysql: ModuleType) -> None:
        self._recorder = recorder
        self._ear = Ear(recorder, _NAME)
        self._databases = Databases("mysql")
        self._cursor = reach(pymysql, "cursors.Cursor")
        self._execute = reach(pymysql, "cursors.Cursor.execute")
        self._rollback = reach(pymysql, "connections.Connection.rollback")
        self._open = reach(pymysql, "constants.SERVER_STATUS.SERVER_STATUS_IN_TRANS")
        self._within: set[int] = set()

    def executing(self, original: Any) -> Any:
        """Around ``execute``, and ``executemany``, which calls it with values in the text."""

        def execute(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            with self._statement(cursor.connection, query):
                return original(cursor, query, *args, **kwargs)

        return execute

    def calling(self, original: Any) -> Any:
        """Around ``callproc``."""

        def callproc(cursor: Any, procname: Any, *args: Any, **kwargs: Any) -> Any:
            with self._statement(cursor.connection, f"CALL {procname}"):
                return original(cursor, procname, *args, **kwargs)

        return callproc

    def beginning(self, original: Any) -> Any:
        """Around ``begin``, which commits what was open."""

        def begin(connection: Any) -> Any:
            with self._statement(connection, "BEGIN"):
                return original(connection)

        return begin

    def ending(self, how: Ending) -> Any:
        """Around ``commit`` and ``rollback``."""

        def replacement(original: Any) -> Any:
            def end(connection: Any) -> Any:
                talk = self._talk(connection)
                if talk is not None:
                    talk.blocks.clear()
                with self._told(talk, how):
                    return original(connection)

            return end

        return replacement

    def _talk(self, connection: Any) -> Talk | None:
        """What the running delivery does on this connection; None where nobody listens."""
        recording = self._recorder.current()
        if recording is None or connection is None or not connection.open:
            return None
        if self._recorder.covers(connection):
            return None
        with self._recorder.harmless(_NAME):
            recording.heard.add(_NAME)
            host = "" if connection.unix_socket else str(connection.host)
            address = connection.port, connection.unix_socket, _name(connection)
            line = self._databases.line(connection, host, *address)
            inside = not self._at_rest(connection)
            talk = recording.source(
                (_NAME, id(connection)), lambda: Talk(self._ear, recording, line, connection, inside)
            )
            assert isinstance(talk, Talk)
            return talk
        return None

    @contextmanager
    def _statement(self, connection: Any, query: Any) -> Iterator[None]:
        """While it runs."""
        talk = self._talk(connection)
        if talk is None or id(connection) in self._within:
            yield
            return
        sql = query.decode("utf-8", "replace") if isinstance(query, (bytes, bytearray)) else str(query)
        if not (talk.blocks or talk.inside or connection.get_autocommit()):
            talk.blocks.append("")  # the driver begins a transaction, with a savepoint as well
        ending = talk.control(sql)
        with self._recorder.harmless(_NAME):
            if ending is None:
                self._before(talk, sql)
        self._within.add(id(connection))
        try:
            with self._told(talk, ending or "other"):
                yield
        finally:
            self._within.discard(id(connection))
            with self._recorder.harmless(_NAME):
                self._after(talk)

    @contextmanager
    def _told(self, talk: Talk | None, ending: Ending) -> Iterator[None]:
        """While a block may end."""
        if talk is None:
            yield
            return
        with self._recorder.harmless(_NAME):
            if ending == "rollback":
                talk.rolled_back()
            elif ending == "commit":
                self._ask(talk, talk.committing())
        try:
            yield
        except BaseException:
            talk.commit_failed()
            raise

    def _before(self, talk: Talk, sql: str) -> None:
        if _busy(talk.connection):
            talk.unheard(sql)
            return
        self._ask(talk, talk.before(sql, begins=not talk.connection.get_autocommit()))

    def _after(self, talk: Talk) -> None:
        """A statement has run or failed: what it wrote outside of a transaction is committed."""
        connection = talk.connection
        if not connection.open or not pending(talk.recording, talk.line):
            return
        at_rest = self._at_rest(connection)
        if at_rest:
            talk.blocks.clear()  # DDL commits, whatever was open
        if talk.commits_at_once(at_rest):
            if _busy(connection):
                talk.recording.limits.add("opaque-write")
            else:
                self._ask(talk, talk.committing(ahead=False))

    def _at_rest(self, connection: Any) -> bool:
        return not connection.server_status & self._open

    def _ask(self, talk: Talk, asking: Asking[None]) -> None:
        """Answer a comparison, and leave the connection as it was: at rest, with the application's result."""
        connection = talk.connection
        at_rest = self._at_rest(connection)
        kept = connection._result, connection._affected_rows

        def select(sql: str) -> Rows:
            cursor = self._cursor(connection)
            self._execute(cursor, sql)
            return [column[0] for column in cursor.description], list(cursor.fetchall())

        try:
            answer(asking, select)
            if at_rest and not self._at_rest(connection):
                self._rollback(connection)  # else the application's next reads would see our moment
        finally:
            connection._result, connection._affected_rows = kept


def _busy(connection: Any) -> bool:
    """Whether rows or further results wait on the connection, which a question would throw away."""
    result = connection._result
    return result is not None and bool(result.unbuffered_active or result.has_next)


def _name(connection: Any) -> str:
    name = connection.db
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
