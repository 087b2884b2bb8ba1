"""What a SQL statement does, and to which tables, read by a real parser and remembered by its text."""

from __future__ import annotations

import functools
import logging
import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["read", "write", "control", "schema", "opaque"]
Table = tuple[str, str]

_COMMENTS = re.compile(r"\A(?:\s+|--[^\n]*\n|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_READ_FROM = re.compile(r'\b(?:FROM|JOIN)\s+((?:[\w"`\[\]]+\.)?[\w"`\[\]]+)', re.IGNORECASE)
_READS = frozenset({"SELECT", "SHOW", "EXPLAIN", "VALUES", "PRAGMA", "DESCRIBE", "ANALYZE"})
_CONTROL = frozenset(
    {"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "RESET", "LOCK", "VACUUM"}
    | {"LISTEN", "UNLISTEN", "NOTIFY", "DEALLOCATE", "DISCARD", "CHECKPOINT"}
    | {"DECLARE", "FETCH", "MOVE", "CLOSE"}
    | {"UNLOCK", "USE", "FLUSH"}
)
_OPAQUE = frozenset({"CALL", "DO", "EXEC", "EXECUTE", "COPY", "LOAD"})
_SCHEMA = frozenset({"CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "COMMENT", "ATTACH", "DETACH", "REINDEX"})
# What MySQL's drivers and MySQL itself add to a statement, and the parser does not take.
_PLACEHOLDER = re.compile(r"%s|%\(\w+\)s")
_MODIFIED = re.compile(
    r"\A(\s*)(INSERT|REPLACE|UPDATE|DELETE)((?:\s+(?:LOW_PRIORITY|HIGH_PRIORITY|DELAYED|QUICK|IGNORE))*)\b",
    re.IGNORECASE,
)
_DIALECTS = {"postgresql": "postgres", "sqlite": "sqlite", "mysql": "mysql", "mariadb": "mysql"}


@dataclass(frozen=True)
class Statement:
    """One statement.

    Args:
        kind: what it does; ``opaque`` for a write whose tables cannot be told.
        writes: (schema, table) pairs written, the schema "" where it is not named.
        reads: tables read, by unqualified name.
        deletes: whether it may delete rows, which cascades.
    """

    kind: Kind
    writes: frozenset[Table] = frozenset()
    reads: frozenset[str] = frozenset()
    deletes: bool = False

    def told(self, text: str) -> str:
        """The statement in two words: ``INSERT payments``."""
        verb = _WORD.match(text, _comments(text))
        names = sorted(name for _, name in self.writes) or sorted(self.reads)
        return " ".join([verb.group().upper() if verb else "statement", *names[:1]])


@functools.lru_cache(maxsize=4096)
def analyse(text: str, dialect: str) -> Statement:
    """The meaning of a statement.

    Args:
        text: SQL with placeholders, not values.
        dialect: SQLAlchemy's name of the database, e.g. ``postgresql``.
    """
    word = _WORD.match(text, _comments(text))
    verb = word.group().upper() if word else ""
    if ";" in text.rstrip("; \n\t"):
        return _parse(text, dialect)  # a script: its first word says nothing of the others
    if verb in _READS:
        return Statement("read", reads=_tables_read(text))
    if verb in _CONTROL:
        return Statement("control")
    if verb in _SCHEMA:
        return Statement("schema")
    if verb in _OPAQUE:
        return Statement("opaque")
    return _parse(text, dialect)


def _comments(text: str) -> int:
    """Where the statement begins."""
    start = _COMMENTS.match(text)
    return start.end() if start else 0


def _tables_read(text: str) -> frozenset[str]:
    """Every name after FROM or JOIN; one too many does no harm: it makes a table a business one."""
    return frozenset(name.rpartition(".")[2].strip('"`[]') for name in _READ_FROM.findall(text))


def _parse(text: str, dialect: str) -> Statement:
    import sqlglot
    from sqlglot import exp

    written = _without_modifiers(text) if _DIALECTS.get(dialect) == "mysql" else text

    # It warns about what it cannot parse; that must not reach the user's log or caplog.
    logger = logging.getLogger("sqlglot")
    before, logger.disabled = logger.disabled, True
    try:
        trees = sqlglot.parse(written, read=_DIALECTS.get(dialect))
    except sqlglot.errors.SqlglotError:
        return Statement("opaque")
    finally:
        logger.disabled = before
    writes: set[Table] = set()
    deletes = False
    for tree in trees:
        if tree is None or isinstance(tree, exp.Command):
            return Statement("opaque")
        for node in tree.find_all(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.TruncateTable):
            deletes = deletes or not isinstance(node, (exp.Insert, exp.Update))
            if isinstance(node, exp.TruncateTable):
                tables = node.expressions
            elif isinstance(node, (exp.Update, exp.Delete)):
                # MySQL's may join, and write to each table of it.
                tables = list(node.this.find_all(exp.Table))
            else:
                tables = [node.this.find(exp.Table)]
            if not tables or not all(isinstance(table, exp.Table) and table.name for table in tables):
                return Statement("opaque")
            writes.update((table.db, table.name) for table in tables)
    if not writes:
        return Statement("read", reads=_tables_read(text))
    replaces = text.lstrip()[:7].upper() == "REPLACE" or " OR REPLACE " in text[:40].upper()
    reads = _tables_read(text) - {name for _, name in writes}
    return Statement("write", frozenset(writes), reads, deletes or replaces)


def _without_modifiers(text: str) -> str:
    """MySQL's statement without what does not matter to the tables that it writes to."""
    found = _MODIFIED.match(text)
    if found is not None:
        verb = "INSERT" if found.group(2).upper() == "REPLACE" else found.group(2)
        text = found.group(1) + verb + text[found.end() :]
    return _PLACEHOLDER.sub("?", text)
