"""The asynchronous half of ``psycopg`` 3."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

from .._model.schedule import ANSWER
from .._runtime.patcher import Patcher, reach
from .._runtime.recorder import Recorder
from .psycopg import NAME, Ears, leaving_of
from .questions import Asking, Rows, answer_async
from .transactions import Ending, Talk


def listen_async(recorder: Recorder, patcher: Patcher, module: ModuleType) -> None:
    """Listen to cursors, transactions and commits that are awaited."""
    lines = _AsyncLines(recorder, module)
    _listen_to_statements(patcher, module, lines)
    _listen_to_transactions(patcher, module, lines)


class _AsyncLines(Ears):
    """Asks as the synchronous lines do, awaited."""

    def __init__(self, recorder: Recorder, psycopg: ModuleType) -> None:
        super().__init__(recorder, psycopg)
        self._cursor, self._execute = reach(psycopg, "AsyncCursor"), reach(psycopg, "AsyncCursor.execute")

    @asynccontextmanager
    async def statement(self, connection: Any, query: Any) -> AsyncIterator[None]:
        """While it runs."""
        talk = self.talk(connection)
        if talk is None:
            yield
            return
        with self._recorder.harmless(NAME):
            await self.ask(talk, self.before(talk, query))
        try:
            yield
        except BaseException:
            talk.commit_failed()
            raise
        finally:
            behind = talk.recording.commits
            with self._recorder.harmless(NAME):
                await self.ask(talk, self.after(talk))
        if talk.recording.commits > behind:
            await talk.recording.reach_async(ANSWER)

    @asynccontextmanager
    async def end(self, talk: Talk | None, ending: Ending) -> AsyncIterator[None]:
        """While a block ends."""
        if talk is None:
            yield
            return
        behind = talk.recording.commits
        with self._recorder.harmless(NAME):
            await self.ask(talk, self.ending(talk, ending))
        try:
            yield
        except BaseException:
            talk.commit_failed()
            raise
        if talk.recording.commits > behind:
            await talk.recording.reach_async(ANSWER)

    async def ask(self, talk: Talk, asking: Asking[None] | None) -> None:
        """Answer a comparison on the connection."""

        async def select(sql: str) -> Rows:
            async with self._cursor(talk.connection, row_factory=self._tuple_row) as cursor:
                await self._execute(cursor, sql, prepare=False)
                return [column.name for column in cursor.description], await cursor.fetchall()

        if asking is not None:
            await answer_async(asking, select)


def _listen_to_statements(patcher: Patcher, module: ModuleType, lines: _AsyncLines) -> None:
    def executing(original: Any) -> Any:
        async def execute(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            async with lines.statement(self.connection, query):
                return await original(self, query, *args, **kwargs)

        return execute

    def streaming(original: Any) -> Any:
        async def stream(self: Any, query: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            async with lines.statement(self.connection, query):
                async for row in original(self, query, *args, **kwargs):
                    yield row

        return stream

    def copying(original: Any) -> Any:
        @asynccontextmanager
        async def copy(self: Any, statement: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            async with (
                lines.statement(self.connection, statement),
                original(self, statement, *args, **kwargs) as rows,
            ):
                yield rows

        return copy

    cursor = reach(module, "AsyncCursor")
    for owner, name in (
        (cursor, "execute"),
        (cursor, "executemany"),
        (reach(module, "AsyncServerCursor"), "execute"),
    ):
        patcher.replace(owner, name, executing)
    patcher.replace(cursor, "stream", streaming)
    patcher.replace(cursor, "copy", copying)


def _listen_to_transactions(patcher: Patcher, module: ModuleType, lines: _AsyncLines) -> None:
    def ending(how: Ending) -> Any:
        def replacement(original: Any) -> Any:
            async def end(self: Any) -> None:
                talk = lines.talk(self)
                async with lines.end(talk, how):
                    await original(self)
                if talk is not None:
                    talk.blocks.clear()

            return end

        return replacement

    def entering(original: Any) -> Any:
        async def __aenter__(self: Any) -> Any:
            talk = lines.talk(self.connection)
            entered = await original(self)
            if talk is not None:
                talk.blocks.append("")
            return entered

        return __aenter__

    def leaving(original: Any) -> Any:
        async def __aexit__(self: Any, kind: Any, error: Any, trace: Any) -> Any:
            talk = lines.talk(self.connection)
            async with lines.end(talk, leaving_of(talk, self, error)):
                return await original(self, kind, error, trace)

        return __aexit__

    connection, transaction = reach(module, "AsyncConnection"), reach(module, "AsyncTransaction")
    patcher.replace(connection, "commit", ending("commit"))
    patcher.replace(connection, "rollback", ending("rollback"))
    patcher.replace(transaction, "__aenter__", entering)
    patcher.replace(transaction, "__aexit__", leaving)
