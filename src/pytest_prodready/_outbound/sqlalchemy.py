"""SQLAlchemy, sync and asyncio, heard through its public events.

A commit counts in three forms: the connection's own transaction; a statement in autocommit; and the commit
of a session that a fixture bound to one connection, whose outer transaction the test will roll back.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from .._model.schedule import ANSWER
from .._runtime.gates import Died
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import is_loopback
from .ear import Ear, Line, pending, watch
from .questions import Hold, Rows, Select, answer, hold
from .state import Database
from .statements import analyse

_LIBRARY = Library("SQLAlchemy", "sqlalchemy", "2.0.20", "rows, sync and asyncio, Core and ORM")


def seam(recorder: Recorder) -> list[Seam]:
    """Two seams, since an application may use the engine alone and import the ORM later or never."""
    ears = _Ears(recorder)

    def install_engine(patcher: Patcher, module: ModuleType) -> None:
        engine, event = reach(module, "engine.Engine"), reach(module, "event")
        for owner in (engine, reach(module, "engine.interfaces.Dialect")):
            _restore_flag(patcher, owner)
        # What is raised in the second is taken for an error of the driver, and costs the connection.
        _listen(patcher, event, engine, ears, "before_execute", "before_cursor_execute")
        _listen(patcher, event, engine, ears, "after_cursor_execute")
        _listen(patcher, event, engine, ears, "commit", "rollback", "handle_error")
        patcher.replace(reach(module, "engine.base.RootTransaction"), "_do_commit", ears.committing)
        event.listen(reach(module, "pool.Pool"), "connect", ears.connect)
        patcher.replace(reach(module, "engine.default.DefaultDialect"), "connect", ears.connecting)
        patcher.on_close(functools.partial(event.remove, module.pool.Pool, "connect", ears.connect))

    def install_session(patcher: Patcher, module: ModuleType) -> None:
        from sqlalchemy import event

        _listen(patcher, event, reach(module, "Session"), ears, "after_commit")

    return [
        Seam("SQLAlchemy", "sqlalchemy", _LIBRARY, install_engine),
        Seam("SQLAlchemy ORM", "sqlalchemy.orm", _LIBRARY, install_session),
    ]


def _listen(patcher: Patcher, event: Any, target: Any, ears: _Ears, *names: str) -> None:
    for name in names:
        listener = functools.partial(_guarded, getattr(ears, name), ears.recorder)
        event.listen(target, name, listener)
        patcher.on_close(functools.partial(event.remove, target, name, listener))


def _restore_flag(patcher: Patcher, owner: Any) -> None:
    """Listening sets a class attribute that removing the listener does not reset."""
    absent = object()
    before = vars(owner).get("_has_events", absent)

    def restore() -> None:
        if before is not absent:
            owner._has_events = before
        elif "_has_events" in vars(owner):
            del owner._has_events

    patcher.on_close(restore)


def _guarded(listener: Callable[..., None], recorder: Recorder, *args: Any) -> None:
    """Most of the time nothing is recorded, and this is all that a listener costs."""
    recording = recorder.current()
    if recording is not None:
        with recorder.harmless("SQLAlchemy"):
            listener(recording, *args)


class _Ears:
    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._ear = Ear(recorder, "sqlalchemy", told_ahead=True)
        self._databases: WeakKeyDictionary[Any, Database] = WeakKeyDictionary()

    def connecting(self, original: Any) -> Any:
        """Around a dialect's ``connect``: drivers of asyncio may open the connection in a task of its own."""

        def connect(dialect: Any, *args: Any, **kwargs: Any) -> Any:
            if self.recorder.current() is None:
                return original(dialect, *args, **kwargs)
            with self.recorder.speaking("connection"):
                return original(dialect, *args, **kwargs)

        return connect

    def connect(self, connection: Any, record: Any) -> None:
        """A connection that the user's ``creator`` made is heard here and not at its driver as well."""
        driver = getattr(connection, "driver_connection", connection)
        self.recorder.cover(driver)
        self.recorder.cover(getattr(driver, "_connection", None))  # aiosqlite's own of sqlite3

    def committing(self, original: Any) -> Any:
        """A trial may hold the delivery up, or let it die, right after a commit."""

        def _do_commit(transaction: Any) -> None:
            recording = self.recorder.current()
            behind = recording.commits if recording is not None else 0
            original(transaction)
            if recording is not None and recording.commits > behind:
                _hold(transaction.connection)(Hold(recording, ANSWER))

        return _do_commit

    def before_execute(self, recording: Recording, conn: Any, clause: Any, *_: Any) -> None:
        if recording.scheduled:
            line = self._line(conn)
            answer(self._ear.entering(recording, line, _act(clause, line)), _select(conn), _hold(conn))

    def before_cursor_execute(
        self, recording: Recording, conn: Any, cursor: Any, statement: str, *_: Any
    ) -> None:
        answer(self._ear.before(recording, self._line(conn), statement), _select(conn))

    def after_cursor_execute(self, recording: Recording, conn: Any, *_: Any) -> None:
        if recording.sources and pending(recording, self._line(conn)) and _autocommits(conn):
            self._committed(recording, conn)

    def commit(self, recording: Recording, conn: Any) -> None:
        if recording.sources or recording.busy:
            try:
                answer(self._ear.announced(recording, self._line(conn)), _select(conn), _hold(conn))
            except Died:
                # A failed commit has ended the transaction for SQLAlchemy, which would not roll it back.
                self.rollback(recording, conn)
                conn.connection.dbapi_connection.rollback()
                raise
            self._committed(recording, conn)

    def rollback(self, recording: Recording, conn: Any) -> None:
        if recording.sources or recording.busy:
            self._ear.rolled_back(recording, self._line(conn))

    def handle_error(self, recording: Recording, context: Any) -> None:
        if context.statement is None and context.connection is not None:
            line = self._line(context.connection)
            watch(recording, line).commit_failed(line.identity)

    def after_commit(self, recording: Recording, session: Any) -> None:
        bind = session.bind
        # Only a fixture binds a session to a connection; an engine's commit has been heard already.
        if session.in_nested_transaction() or not hasattr(bind, "in_transaction") or bind.closed:
            return
        self._committed(recording, bind)

    def _committed(self, recording: Recording, conn: Any) -> None:
        answer(self._ear.committing(recording, self._line(conn)), _select(conn))

    def _line(self, conn: Any) -> Line:
        pool = conn.engine.pool
        if pool not in self._databases:
            self._databases[pool] = Database(conn.dialect.name, conn.dialect.name, _address(conn.engine.url))
        host = conn.engine.url.host
        identity = id(conn.connection.dbapi_connection)
        return Line(identity, self._databases[pool], bool(host) and not is_loopback(host))


def _address(url: Any) -> str:
    """Several engines may reach one database; one in memory is its engine's own."""
    return "" if url.database in (None, "", ":memory:") else f"{url.host}:{url.port}/{url.database}"


def _act(clause: Any, line: Line) -> str:
    """What a statement is about to do, in two words, before it is compiled."""
    text = clause if isinstance(clause, str) else getattr(clause, "text", None)
    if isinstance(text, str):
        return analyse(text, line.database.dialect).told(text)
    froms: list[Any] = (
        clause.get_final_froms() if hasattr(clause, "get_final_froms") else [getattr(clause, "table", None)]
    )
    names = [str(table.name) for table in froms if hasattr(table, "name")]
    return " ".join([str(getattr(clause, "__visit_name__", "statement")).upper(), *names[:1]])


def _select(conn: Any) -> Select:
    """Queries below SQLAlchemy, on the same connection: no event, no echo, no query counter sees them."""

    def select(sql: str) -> Rows:
        cursor = conn.connection.cursor()
        try:
            cursor.execute(sql)
            names = [column[0] for column in cursor.description]
            return names, [tuple(row) for row in cursor.fetchall()]
        finally:
            cursor.close()

    return select


def _hold(conn: Any) -> Callable[[Hold], None]:
    """On an asyncio engine this runs in a greenlet of the event loop, which a pause must not block."""
    if not conn.dialect.is_async:
        return hold

    def hold_async(question: Hold) -> None:
        from sqlalchemy.util import await_only

        await_only(question.recording.reach_async(question.act))

    return hold_async


def _autocommits(conn: Any) -> bool:
    raw = conn.connection.dbapi_connection
    inside = getattr(raw, "in_transaction", None)
    if inside is not None and conn.dialect.name == "sqlite":
        return not inside
    asked = getattr(raw, "get_autocommit", None)  # where autocommit is a method that sets it
    return bool(asked()) if asked is not None else getattr(raw, "autocommit", False) is True
