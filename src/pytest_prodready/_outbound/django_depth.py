"""Where in the test's own transaction a delivery runs on a Django connection, and where it must end.

A ``TestCase`` and pytest-django's ``db`` run everything inside an atomic block of their own, so what the
application takes for autocommit is a part of a transaction there: a refused statement breaks all of it.
A duplicate, which the test's author never sent, is therefore kept apart by a savepoint around each
statement and each outermost atomic block: it finds what it would find in production, and leaves the
test's transaction whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._model.effect import Effect
from .._runtime.recording import Recording
from .questions import Rows

_SAVEPOINT = "prodready"


class Sight:
    """A connection as a delivery first saw it.

    Args:
        db: Django's wrapper of the connection.
        twin: the delivery is a duplicate.

    Attributes:
        base: the depth of atomic blocks that are not the delivery's own.
    """

    def __init__(self, db: Any, *, twin: bool) -> None:
        self._db = db
        self.base = depth(db)
        self._callbacks = len(db.run_on_commit)
        self._apart = twin and self.base > 0
        self._begun = False
        self._mended = False

    @property
    def at_base(self) -> bool:
        """No atomic block of the delivery is open."""
        return depth(self._db) == self.base

    def begin(self, *, block: bool) -> None:
        """A statement or an atomic block begins; where it is an outermost one, keep it apart."""
        db = self._db
        if not self._apart or not self.at_base or db.connection is None:
            return
        self._mend()
        # SQLite takes back a refused statement by itself, and ends no savepoint before the rows of a
        # RETURNING are fetched.
        if (block or db.vendor != "sqlite") and not (self._begun or db.needs_rollback):
            quietly(db, f"SAVEPOINT {_SAVEPOINT}")
            self._begun = True

    def end(self, *, kept: bool) -> None:
        """It has ended, and the delivery is where it began."""
        self._mended = self._apart and not kept
        if not self._begun:
            return
        self._begun = False
        if not kept:
            quietly(self._db, f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}")
        quietly(self._db, f"RELEASE SAVEPOINT {_SAVEPOINT}")

    def settle(self, recording: Recording) -> Sequence[Effect]:
        """No effects; but callbacks may wait for a commit that the test's transaction never makes."""
        self._mend()
        if self.base and len(self._db.run_on_commit) > self._callbacks:
            recording.limits.add("on-commit")
        return ()

    def _mend(self) -> None:
        """Django marks the transaction as broken after the statement is over, so this comes later."""
        if self._mended:
            self._db.needs_rollback = False
            self._mended = False


def depth(db: Any) -> int:
    """How many atomic blocks are open on a connection."""
    return len(db.savepoint_ids) + bool(db.in_atomic_block)


def quietly(db: Any, sql: str) -> Rows:
    """Run a statement by the driver's own cursor, which Django does not hear."""
    cursor = db.connection.cursor()
    try:
        cursor.execute(sql)
        if cursor.description is None:
            return (), ()
        return [column[0] for column in cursor.description], [tuple(row) for row in cursor.fetchall()]
    finally:
        cursor.close()
