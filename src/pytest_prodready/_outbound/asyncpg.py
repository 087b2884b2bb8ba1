"""``asyncpg`` used directly: statements, prepared statements and copies of connections, pooled or not.

Its transactions are statements, too (``BEGIN;``, ``SAVEPOINT``), and pass where statements do. Without one,
each statement is a transaction of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

from .._model.schedule import ANSWER
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .ear import Ear
from .questions import Asking, Rows, answer_async
from .transactions import Databases, Ending, Talk, Unaskable

_NAME = "asyncpg"
_QUERIES = ("execute", "executemany", "fetch", "fetchval", "fetchrow", "fetchmany", "copy_from_query")
_PREPARED = ("fetch", "fetchval", "fetchrow", "fetchmany", "executemany")
_LIBRARY = Library("asyncpg", "asyncpg", "0.30.0", "rows", "cursors that write")


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        lines = _Lines(recorder, module)
        _listen_to_connections(patcher, reach(module, "Connection"), lines)
        _listen_to_prepared(patcher, reach(module, "prepared_stmt.PreparedStatement"), lines)

    return [Seam(_NAME, "asyncpg", _LIBRARY, install)]


class _Lines:
    """Tells what happens on connections to the ear, and asks them in its name."""

    def __init__(self, recorder: Recorder, asyncpg: ModuleType) -> None:
        self._recorder = recorder
        self._ear = Ear(recorder, _NAME)
        self._databases = Databases("postgresql")
        self._failed = reach(asyncpg, "exceptions.InFailedSQLTransactionError")
        # Prepared anew each time: a cached plan of "select *" breaks when the test alters its table.
        self._prepare = reach(asyncpg, "Connection.prepare")
        self._fetch = reach(asyncpg, "prepared_stmt.PreparedStatement.fetch")

    def talk(self, connection: Any) -> Talk | None:
        """What the running delivery does on this connection; None where nobody listens."""
        recording = self._recorder.current()
        if recording is None or connection.is_closed() or self._recorder.covers(connection):
            return None
        with self._recorder.harmless(_NAME):
            recording.heard.add(_NAME)
            address, parameters = connection._addr, connection._params
            host, port = address if isinstance(address, tuple) else (address, "")
            options = repr(parameters.server_settings)
            line = self._databases.line(connection, host, port, parameters.database, options)
            inside = connection.is_in_transaction()
            talk = recording.source(
                (_NAME, id(connection)), lambda: Talk(self._ear, recording, line, connection, inside)
            )
            assert isinstance(talk, Talk)
            return talk
        return None

    @asynccontextmanager
    async def statement(self, connection: Any, sql: str) -> AsyncIterator[None]:
        """While it runs."""
        talk = self.talk(connection)
        if talk is None or sql == _resetting(connection):
            yield
            return
        with self._recorder.harmless(_NAME):
            await self._before(talk, sql)
        try:
            yield
        except Exception:
            talk.commit_failed()
            await self._after(talk)
            raise
        behind = talk.recording.commits
        await self._after(talk)
        if talk.recording.commits > behind:
            await talk.recording.reach_async(ANSWER)

    def opens(self, connection: Any, sql: str) -> None:
        """A cursor is made; what it runs, it runs later, where nothing can be asked before."""
        talk = self.talk(connection)
        if talk is not None:
            with self._recorder.harmless(_NAME):
                talk.unheard(sql)

    async def _before(self, talk: Talk, sql: str) -> None:
        ending = talk.control(sql)
        if ending is None:
            await self._ask(talk, talk.before(sql, begins=False))
        else:
            await self._end(talk, ending)

    async def _after(self, talk: Talk) -> None:
        """A statement has run or failed: outside of a transaction it is committed."""
        with self._recorder.harmless(_NAME):
            if not talk.connection.is_closed() and talk.commits_at_once(
                not talk.connection.is_in_transaction()
            ):
                await self._end(talk, "commit", ahead=False)

    async def _end(self, talk: Talk, ending: Ending, *, ahead: bool = True) -> None:
        if ending == "commit" and not await self._ask(talk, talk.committing(ahead=ahead)):
            talk.commit_failed()  # the commit of a failed transaction is a rollback
            talk.rolled_back()
        elif ending == "rollback":
            talk.rolled_back()

    async def _ask(self, talk: Talk, asking: Asking[None]) -> bool:
        """Answer a comparison; False where the transaction has failed, in which nothing can be asked."""

        async def select(sql: str) -> Rows:
            try:
                prepared = await self._prepare(talk.connection, sql)
                rows = await self._fetch(prepared)
            except self._failed:
                raise Unaskable from None
            names = [attribute.name for attribute in prepared.get_attributes()]
            return names, [tuple(row) for row in rows]

        try:
            await answer_async(asking, select)
        except Unaskable:
            return False
        return True


def _resetting(connection: Any) -> Any:
    """What a pool sends when it takes a connection back; public since 0.30."""
    public = getattr(connection, "get_reset_query", None)
    return public() if public is not None else connection._get_reset_query()


def _listen_to_connections(patcher: Patcher, connection: Any, lines: _Lines) -> None:
    def querying(original: Any) -> Any:
        async def query(self: Any, *args: Any, **kwargs: Any) -> Any:
            sql = args[0] if args else kwargs.get("query") or kwargs.get("command") or ""
            async with lines.statement(self, sql):
                return await original(self, *args, **kwargs)

        return query

    def copying(direction: str) -> Any:
        def replacement(original: Any) -> Any:
            async def copy(self: Any, table_name: str, *, schema_name: Any = None, **kwargs: Any) -> Any:
                names = [name for name in (schema_name, table_name) if name]
                table = ".".join('"' + name.replace('"', "") + '"' for name in names)
                async with lines.statement(self, f"COPY {table} {direction}"):
                    return await original(self, table_name, schema_name=schema_name, **kwargs)

            return copy

        return replacement

    def opening(original: Any) -> Any:
        def cursor(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            lines.opens(self, query)
            return original(self, query, *args, **kwargs)

        return cursor

    for name in _QUERIES:
        if hasattr(connection, name):  # fetchmany came with 0.30
            patcher.replace(connection, name, querying)
    patcher.replace(connection, "copy_from_table", copying("TO STDOUT"))
    patcher.replace(connection, "copy_to_table", copying("FROM STDIN"))
    patcher.replace(connection, "copy_records_to_table", copying("FROM STDIN"))
    patcher.replace(connection, "cursor", opening)


def _listen_to_prepared(patcher: Patcher, statement: Any, lines: _Lines) -> None:
    def running(original: Any) -> Any:
        async def run(self: Any, *args: Any, **kwargs: Any) -> Any:
            async with lines.statement(self._connection, self._query):
                return await original(self, *args, **kwargs)

        return run

    def opening(original: Any) -> Any:
        def cursor(self: Any, *args: Any, **kwargs: Any) -> Any:
            lines.opens(self._connection, self._query)
            return original(self, *args, **kwargs)

        return cursor

    for name in _PREPARED:
        if hasattr(statement, name):
            patcher.replace(statement, name, running)
    patcher.replace(statement, "cursor", opening)
