"""What drivers of servers share: the blocks that a delivery opens on a connection, and which end commits.

A fixture may hold a transaction open around the test and roll it back. The application's own transaction is
then a savepoint, so what counts is the outermost block *of the delivery*, whatever the server calls it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .._model.effect import Effect
from .._runtime.recording import Recording
from .calls import is_loopback
from .ear import Ear, Line, pending, watch
from .questions import Asking
from .state import Database
from .statements import analyse

Ending = Literal["commit", "rollback", "other"]

_CONTROL = re.compile(
    r"\s*(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE)\b"
    r"(?:\s+(?:WORK|TRANSACTION)\b)?(?:\s+(TO)\b)?(?:\s+SAVEPOINT\b)?\s*([^;]*?)[\s;]*\Z",
    re.IGNORECASE,
)
# What a driver or a listener says to the server that has nothing to do with rows.
_SILENT = re.compile(
    r"\s*(?:LISTEN|UNLISTEN|NOTIFY|DEALLOCATE|DISCARD|DECLARE|FETCH|MOVE|CLOSE|CHECKPOINT)\b", re.IGNORECASE
)
_COPY = re.compile(
    r"\s*COPY\s+(?:BINARY\s+)?((?:\"[^\"]+\"|[\w.$])+)\s*(?:\([^)]*\))?\s*(FROM|TO)\b", re.IGNORECASE
)
_COPY_QUERY = re.compile(r"\s*COPY\s*\((.*)\)\s*TO\b", re.IGNORECASE | re.DOTALL)


class Unaskable(Exception):
    """The connection cannot be asked now: its transaction has failed, or it is in pipeline mode."""


class Databases:
    """One database per address, so that all connections to it share what is known of its schema.

    Args:
        dialect: SQLAlchemy's name of the database.
    """

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._known: dict[Hashable, Database] = {}

    def line(self, connection: Any, host: str, *address: Hashable) -> Line:
        """The line of a connection.

        Args:
            connection: the driver's connection.
            host: host name, or a socket's path, or "".
            address: what else tells this database from others: port, name, options.
        """
        database = self._known.setdefault((host, *address), Database(self._dialect, self._dialect))
        remote = bool(host) and not host.startswith(("/", "@")) and not is_loopback(host)
        return Line(id(connection), database, remote)


@dataclass
class Talk:
    """What one delivery does on one connection; a source without effects, for it lives as long.

    Args:
        ear: hears the statements.
        recording: the delivery.
        line: the connection as the ear sees it.
        connection: the driver's, kept so that no other takes its identity within the delivery.
        inside: a transaction that is not the delivery's was open when the delivery first came here.
        blocks: the blocks that the delivery has opened: savepoints' names, or "" for others.
        announced: a commit has been told, and may still fail.
    """

    ear: Ear
    recording: Recording
    line: Line
    connection: Any
    inside: bool
    blocks: list[str] = field(default_factory=list)
    announced: bool = False

    def settle(self, recording: Recording) -> Sequence[Effect]:
        """Nothing: the state's own source tells."""
        return ()

    def control(self, sql: str) -> Ending | None:
        """Follow a statement that opens or ends a block; None for any other statement."""
        found = _CONTROL.match(sql)
        if found is None:
            return "other" if _SILENT.match(sql) else None
        verb, back_to, name = found.group(1).upper(), found.group(2), found.group(3).strip('"')
        if verb in ("BEGIN", "START"):
            self.blocks.append("")
        elif verb == "SAVEPOINT":
            self.blocks.append(name)
        elif verb == "RELEASE" or back_to:
            if name in self.blocks:
                del self.blocks[self.blocks.index(name) :]
            if not self.blocks:
                return "rollback" if back_to else "commit"
        else:
            self.blocks.clear()
            return "commit" if verb in ("COMMIT", "END") else "rollback"
        return "other"

    def before(self, sql: str, *, begins: bool) -> Asking[None]:
        """A statement is about to run.

        Args:
            sql: its text.
            begins: the driver opens a transaction for it where none is open.
        """
        if begins and not self.blocks:
            self.blocks.append("")
        yield from self.ear.before(self.recording, self.line, plain(sql))

    def unheard(self, sql: str) -> None:
        """A statement is about to run whose tables cannot be looked at."""
        if analyse(plain(sql), self.line.database.dialect).kind in ("write", "opaque"):
            self.recording.limits.add("opaque-write")

    def commits_at_once(self, at_rest: bool) -> bool:
        """Whether a statement that has just run was a transaction of its own, or would be without a fixture.

        Args:
            at_rest: no transaction is open on the connection.
        """
        return not self.blocks and (at_rest or self.inside) and pending(self.recording, self.line)

    def left(self, *, commits: bool) -> Ending:
        """The innermost block ends."""
        if self.blocks:
            self.blocks.pop()
        if self.blocks:
            return "other"
        return "commit" if commits else "rollback"

    def committing(self, *, ahead: bool = True) -> Asking[None]:
        """The delivery's outermost block is about to be committed, or a lone statement has been.

        Args:
            ahead: the commit has not been made.
        """
        if ahead:
            yield from self.ear.announced(self.recording, self.line)
        self.announced = pending(self.recording, self.line)
        yield from self.ear.committing(self.recording, self.line)

    def commit_failed(self) -> None:
        """The commit that was announced did not happen."""
        if self.announced:
            watch(self.recording, self.line).commit_failed(self.line.identity)
            self.announced = False

    def rolled_back(self) -> None:
        """What the delivery wrote here since its last commit is gone."""
        self.ear.rolled_back(self.recording, self.line)


def plain(sql: str) -> str:
    """``COPY`` as the statement that has the same effect on rows; any other statement as it is."""
    copied = _COPY.match(sql)
    if copied is not None:
        table, direction = copied.groups()
        return f"INSERT INTO {table} VALUES (1)" if direction.upper() == "FROM" else f"SELECT 1 FROM {table}"
    query = _COPY_QUERY.match(sql)
    return query.group(1) if query is not None else sql
