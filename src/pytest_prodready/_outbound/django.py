"""Django's database connections, heard at the one place through which every statement of them goes.

A commit counts in four forms: the connection's own; a statement in autocommit; an atomic block that ends
where the delivery began, inside the transaction that a ``TestCase`` or pytest-django's ``db`` rolls back;
and there a statement outside any atomic block of the application, which would be in autocommit elsewhere.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

from .._model.schedule import ANSWER
from .._runtime.gates import Died
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import is_loopback
from .django_depth import Sight, quietly
from .ear import Ear, Line, watch
from .questions import Rows, Select, answer
from .state import Database
from .statements import analyse

_NAME = "django"
_LIBRARY = Library(
    "Django database",
    "django",
    "4.2",
    "rows",
    "raw use of a driver's connection below Django",
)


def seam(recorder: Recorder) -> list[Seam]:
    """Three seams: statements, the connection's own commit and rollback, and atomic blocks."""
    ears = _Ears(recorder)

    def install_statements(patcher: Patcher, module: ModuleType) -> None:
        wrapper = reach(module, "CursorWrapper")
        patcher.replace(wrapper, "_execute_with_wrappers", functools.partial(_executing, ears))
        patcher.replace(wrapper, "callproc", functools.partial(_calling, ears))

    def install_connections(patcher: Patcher, module: ModuleType) -> None:
        wrapper = reach(module, "BaseDatabaseWrapper")
        patcher.replace(wrapper, "commit", functools.partial(_committing, ears))
        patcher.replace(wrapper, "rollback", functools.partial(_rolling_back, ears))
        patcher.replace(wrapper, "on_commit", functools.partial(_waiting, ears))

    def install_blocks(patcher: Patcher, module: ModuleType) -> None:
        atomic, connection = reach(module, "Atomic"), reach(module, "get_connection")
        patcher.replace(atomic, "__enter__", functools.partial(_entering, ears, connection))
        patcher.replace(atomic, "__exit__", functools.partial(_leaving, ears, connection))

    return [
        Seam("Django statements", "django.db.backends.utils", _LIBRARY, install_statements),
        Seam("Django connections", "django.db.backends.base.base", _LIBRARY, install_connections),
        Seam("Django transactions", "django.db.transaction", _LIBRARY, install_blocks),
    ]


def _executing(ears: _Ears, original: Any) -> Any:
    def _execute_with_wrappers(self: Any, sql: Any, params: Any, many: Any, executor: Any) -> Any:
        recording = ears.recorder.current()
        if recording is None:
            return original(self, sql, params, many, executor)
        return ears.run(recording, self.db, sql, lambda: original(self, sql, params, many, executor))

    return _execute_with_wrappers


def _calling(ears: _Ears, original: Any) -> Any:
    def callproc(self: Any, procname: Any, *args: Any, **kwargs: Any) -> Any:
        recording = ears.recorder.current()
        if recording is None:
            return original(self, procname, *args, **kwargs)
        text = f"CALL {procname}"
        return ears.run(recording, self.db, text, lambda: original(self, procname, *args, **kwargs))

    return callproc


def _committing(ears: _Ears, original: Any) -> Any:
    def commit(self: Any) -> Any:
        recording = ears.recorder.current()
        idle = recording is None or not (recording.sources or recording.busy)
        if recording is None or idle or self.connection is None:
            return original(self)
        ears.announced(recording, self)
        # Before it: afterwards a query would open a new transaction, which nobody ends.
        written = ears.commit(recording, self)
        try:
            result = original(self)
        except BaseException:
            ears.commit_failed(recording, self)
            raise
        if written:
            recording.reach(ANSWER)
        return result

    return commit


def _rolling_back(ears: _Ears, original: Any) -> Any:
    def rollback(self: Any) -> Any:
        result = original(self)
        recording = ears.recorder.current()
        if recording is not None:
            ears.rolled_back(recording, self)
        return result

    return rollback


def _waiting(ears: _Ears, original: Any) -> Any:
    def on_commit(self: Any, *args: Any, **kwargs: Any) -> Any:
        recording = ears.recorder.current()
        if recording is not None:
            ears.sight(recording, self)
        return original(self, *args, **kwargs)

    return on_commit


def _entering(ears: _Ears, connection: Callable[[Any], Any], original: Any) -> Any:
    def __enter__(self: Any) -> Any:
        recording = ears.recorder.current()
        if recording is not None:
            with ears.recorder.harmless(_NAME):
                ears.sight(recording, connection(self.using)).begin(block=True)
        return original(self)

    return __enter__


def _leaving(ears: _Ears, connection: Callable[[Any], Any], original: Any) -> Any:
    def __exit__(self: Any, kind: Any, value: Any, traceback: Any) -> Any:
        recording = ears.recorder.current()
        if recording is None:
            return original(self, kind, value, traceback)
        db = connection(self.using)
        kept = kind is None and not db.needs_rollback
        try:
            result = original(self, kind, value, traceback)
        except BaseException:
            ears.left(recording, db, kept=False)
            raise
        ears.left(recording, db, kept=kept)
        return result

    return __exit__


class _Ears:
    """What the seams have heard, told to the delivery."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._ear = Ear(recorder, _NAME)
        self._databases: dict[tuple[str, ...], Database] = {}

    def sight(self, recording: Recording, db: Any) -> Sight:
        """The connection as this delivery first saw it."""
        found = recording.source((_NAME, id(db)), lambda: Sight(db, twin=recording.duplicate_of is not None))
        assert isinstance(found, Sight)
        if found.base and recording.gate is not None:
            recording.limits.add("test-transaction")
        return found

    def run(self, recording: Recording, db: Any, sql: Any, execute: Callable[[], Any]) -> Any:
        """A statement, with what it does to tables."""
        sight, text = self.sight(recording, db), _text(db, sql)
        # Savepoints are Django's own means of an atomic block, whose beginning and end are heard.
        if analyse(text, db.vendor).kind == "control":
            return execute()
        with self.recorder.harmless(_NAME):
            self._before(recording, db, text)
            sight.begin(block=False)
        try:
            result = execute()
        except BaseException:
            self.left(recording, db, kept=False)
            raise
        self.left(recording, db, kept=True)
        return result

    def left(self, recording: Recording, db: Any, *, kept: bool) -> None:
        """A statement or an atomic block has ended; where the delivery began, its fate is decided."""
        sight = self.sight(recording, db)
        if not sight.at_base or db.connection is None:
            return
        with self.recorder.harmless(_NAME):
            sight.end(kept=kept)
            # Within a manual transaction neither is decided before its own commit or rollback.
            if sight.base or db.autocommit:
                if not kept:
                    self.rolled_back(recording, db)
                elif self.commit(recording, db):
                    recording.reach(ANSWER)

    def announced(self, recording: Recording, db: Any) -> None:
        """A commit is about to be made; where the trial ends the delivery here, it is never made.

        Django would make it: an atomic block that ends in any other way turns autocommit on.
        """
        try:
            answer(self._ear.announced(recording, self._line(db)), _select(db))
        except Died:
            self.rolled_back(recording, db)
            db.connection.rollback()
            raise

    def commit(self, recording: Recording, db: Any) -> bool:
        """What was written stays; whether there was anything."""
        behind = recording.commits
        with self.recorder.harmless(_NAME):
            answer(self._ear.committing(recording, self._line(db)), _select(db))
        return recording.commits > behind

    def commit_failed(self, recording: Recording, db: Any) -> None:
        """The commit that was just told of did not happen."""
        line = self._line(db)
        watch(recording, line).commit_failed(line.identity)

    def rolled_back(self, recording: Recording, db: Any) -> None:
        """What was written is gone."""
        self._ear.rolled_back(recording, self._line(db))

    def _before(self, recording: Recording, db: Any, text: str) -> None:
        self.recorder.cover(db.connection)
        # A broken transaction answers no query, ours neither; the statement will be refused.
        if not db.needs_rollback:
            answer(self._ear.before(recording, self._line(db), text), _select(db))

    def _line(self, db: Any) -> Line:
        settings = db.settings_dict
        host = str(settings.get("HOST") or "")
        key = (db.vendor, host, str(settings.get("PORT")), str(settings.get("NAME")))
        database = self._databases.setdefault(key, Database(db.vendor, db.vendor))
        remote = bool(host) and not host.startswith("/") and not is_loopback(host)
        return Line(id(db), database, remote and db.vendor != "sqlite")


def _text(db: Any, sql: Any) -> str:
    """Django's placeholder is the same for all databases, and in the grammar of some it is an operator."""
    text = sql.as_string(db.connection) if hasattr(sql, "as_string") else str(sql)
    return str(text).replace("%s", "?")


def _select(db: Any) -> Select:
    """Queries by the driver's cursor: no query log, no wrapper and no ``assertNumQueries`` counts them."""

    def select(sql: str) -> Rows:
        return quietly(db, sql)

    return select
