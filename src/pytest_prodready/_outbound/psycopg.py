"""``psycopg`` 3 used directly, sync and async: cursors, transactions and commits of its connections.

Connections that SQLAlchemy or Django drive are heard there. A ``commit`` that a fixture replaced on one
connection is not heard: what was written is then "uncommitted", which is what the database says, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from .._model.schedule import ANSWER
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .ear import Ear
from .questions import Asking, Rows, answer
from .transactions import Databases, Ending, Talk

NAME = "psycopg"
_LIBRARY = Library(
    "psycopg",
    "psycopg",
    "3.1",
    "rows, sync and asyncio",
    "writes in pipeline mode, two-phase commit",
)


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        from .psycopg_async import listen_async

        lines = _Lines(recorder, module)
        _listen_to_statements(patcher, module, lines)
        _listen_to_transactions(patcher, module, lines)
        listen_async(recorder, patcher, module)

    return [Seam(NAME, "psycopg", _LIBRARY, install)]


class Ears:
    """What sync and async connections have in common: when there is something to ask."""

    def __init__(self, recorder: Recorder, psycopg: ModuleType) -> None:
        self._recorder = recorder
        self._ear = Ear(recorder, NAME)
        self._databases = Databases("postgresql")
        self._status = reach(psycopg, "pq.TransactionStatus")
        self._tuple_row = reach(psycopg, "rows.tuple_row")
        self._sql = reach(psycopg, "sql")

    def talk(self, connection: Any) -> Talk | None:
        """What the running delivery does on this connection; None where nobody listens."""
        recording = self._recorder.current()
        if recording is None or connection.closed or self._recorder.covers(connection):
            return None
        with self._recorder.harmless(NAME):
            recording.heard.add(NAME)
            info = connection.info
            line = self._databases.line(connection, info.host, info.port, info.dbname, info.options)
            inside = not self._at_rest(connection)
            talk = recording.source(
                (NAME, id(connection)), lambda: Talk(self._ear, recording, line, connection, inside)
            )
            assert isinstance(talk, Talk)
            if talk.inside and recording.gate is not None:
                recording.limits.add("test-transaction")
            return talk
        return None

    def before(self, talk: Talk, query: Any) -> Asking[None] | None:
        """What to ask when a statement is about to run."""
        sql = self._text(talk, query)
        ending = talk.control(sql)
        if ending is not None:
            return self.ending(talk, ending)
        if talk.connection.pgconn.pipeline_status:
            talk.unheard(sql)
            return None
        begins = not talk.connection.autocommit
        return talk.before(sql, begins=begins) if self._askable(talk) else None

    def after(self, talk: Talk) -> Asking[None] | None:
        """What to ask when a statement has run or failed: outside of a transaction it is committed."""
        at_once = talk.commits_at_once(self._at_rest(talk.connection))
        return self.ending(talk, "commit", ahead=False) if at_once else None

    def ending(self, talk: Talk, ending: Ending, *, ahead: bool = True) -> Asking[None] | None:
        """What to ask when a block is about to end, or a lone statement has run."""
        if ending == "rollback" or (ending == "commit" and not self._askable(talk)):
            talk.rolled_back()  # the commit of a failed transaction is a rollback
            return None
        return talk.committing(ahead=ahead) if ending == "commit" else None

    def _text(self, talk: Talk, query: Any) -> str:
        """A statement may be text, bytes, composed of parts, or since 3.3 a template."""
        if isinstance(query, (bytes, str)):
            return query.decode("utf-8", "replace") if isinstance(query, bytes) else query
        if hasattr(query, "as_string"):
            return str(query.as_string(talk.connection))
        return str(self._sql.as_string(query, talk.connection))

    def _at_rest(self, connection: Any) -> bool:
        return bool(connection.pgconn.transaction_status == self._status.IDLE)

    def _askable(self, talk: Talk) -> bool:
        """In a failed transaction nothing can be asked, and in pipeline mode answers come later."""
        pgconn = talk.connection.pgconn
        usable = pgconn.transaction_status in (self._status.IDLE, self._status.INTRANS)
        return usable and not pgconn.pipeline_status


class _Lines(Ears):
    """Asks by a plain cursor and its original method, with the user's own factories left out."""

    def __init__(self, recorder: Recorder, psycopg: ModuleType) -> None:
        super().__init__(recorder, psycopg)
        self._cursor, self._execute = reach(psycopg, "Cursor"), reach(psycopg, "Cursor.execute")

    @contextmanager
    def statement(self, connection: Any, query: Any) -> Iterator[None]:
        """While it runs."""
        talk = self.talk(connection)
        if talk is None:
            yield
            return
        with self._recorder.harmless(NAME):
            self.ask(talk, self.before(talk, query))
        try:
            yield
        except BaseException:
            talk.commit_failed()
            raise
        finally:
            behind = talk.recording.commits
            with self._recorder.harmless(NAME):
                self.ask(talk, self.after(talk))
        if talk.recording.commits > behind:
            talk.recording.reach(ANSWER)

    @contextmanager
    def end(self, talk: Talk | None, ending: Ending) -> Iterator[None]:
        """While a block ends."""
        if talk is None:
            yield
            return
        behind = talk.recording.commits
        with self._recorder.harmless(NAME):
            self.ask(talk, self.ending(talk, ending))
        try:
            yield
        except BaseException:
            talk.commit_failed()
            raise
        if talk.recording.commits > behind:
            talk.recording.reach(ANSWER)

    def ask(self, talk: Talk, asking: Asking[None] | None) -> None:
        """Answer a comparison on the connection."""

        def select(sql: str) -> Rows:
            with self._cursor(talk.connection, row_factory=self._tuple_row) as cursor:
                self._execute(cursor, sql, prepare=False)
                return [column.name for column in cursor.description], cursor.fetchall()

        if asking is not None:
            answer(asking, select)


def leaving_of(talk: Talk | None, transaction: Any, error: BaseException | None) -> Ending:
    """What the end of a transaction block is to the delivery."""
    if talk is None:
        return "other"
    return talk.left(commits=error is None and not transaction.force_rollback)


def _listen_to_statements(patcher: Patcher, module: ModuleType, lines: _Lines) -> None:
    def executing(original: Any) -> Any:
        def execute(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            with lines.statement(self.connection, query):
                return original(self, query, *args, **kwargs)

        return execute

    def streaming(original: Any) -> Any:
        def stream(self: Any, query: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
            with lines.statement(self.connection, query):
                yield from original(self, query, *args, **kwargs)

        return stream

    def copying(original: Any) -> Any:
        @contextmanager
        def copy(self: Any, statement: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
            with (
                lines.statement(self.connection, statement),
                original(self, statement, *args, **kwargs) as rows,
            ):
                yield rows

        return copy

    cursor = reach(module, "Cursor")
    for owner, name in (
        (cursor, "execute"),
        (cursor, "executemany"),
        (reach(module, "ServerCursor"), "execute"),
    ):
        patcher.replace(owner, name, executing)
    patcher.replace(cursor, "stream", streaming)
    patcher.replace(cursor, "copy", copying)


def _listen_to_transactions(patcher: Patcher, module: ModuleType, lines: _Lines) -> None:
    def ending(how: Ending) -> Any:
        def replacement(original: Any) -> Any:
            def end(self: Any) -> None:
                talk = lines.talk(self)
                with lines.end(talk, how):
                    original(self)
                if talk is not None:
                    talk.blocks.clear()

            return end

        return replacement

    def entering(original: Any) -> Any:
        def __enter__(self: Any) -> Any:
            talk = lines.talk(self.connection)  # before it begins, to see what was open already
            entered = original(self)
            if talk is not None:
                talk.blocks.append("")
            return entered

        return __enter__

    def leaving(original: Any) -> Any:
        def __exit__(self: Any, kind: Any, error: Any, trace: Any) -> Any:
            talk = lines.talk(self.connection)
            with lines.end(talk, leaving_of(talk, self, error)):
                return original(self, kind, error, trace)

        return __exit__

    connection, transaction = reach(module, "Connection"), reach(module, "Transaction")
    patcher.replace(connection, "commit", ending("commit"))
    patcher.replace(connection, "rollback", ending("rollback"))
    patcher.replace(transaction, "__enter__", entering)
    patcher.replace(transaction, "__exit__", leaving)
