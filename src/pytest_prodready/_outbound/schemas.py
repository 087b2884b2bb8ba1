"""What must be known of a database before its rows can be compared: keys, foreign keys, triggers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .questions import Asking
from .statements import Statement, Table

_SEPARATOR = "\x1f"


@dataclass
class Schema:
    """The tables of one database.

    Args:
        keys: (schema, table) to primary-key columns, in order; empty where there is none.
        visible: unqualified name to (schema, table), as the search path resolves it.
        children: table to the tables whose rows go or change when its rows are deleted.
        referenced: tables that a foreign key points at.
        triggered: tables whose triggers may write anywhere.
        booleans: (schema, table) to the columns that are declared as truth values.
        mark: what a name is quoted with.
    """

    keys: dict[Table, tuple[str, ...]] = field(default_factory=dict)
    visible: dict[str, Table] = field(default_factory=dict)
    children: dict[Table, set[Table]] = field(default_factory=lambda: defaultdict(set))
    referenced: set[Table] = field(default_factory=set)
    triggered: set[Table] = field(default_factory=set)
    booleans: dict[Table, set[str]] = field(default_factory=lambda: defaultdict(set))
    mark: str = '"'

    def quote(self, table: Table) -> str:
        """The table as SQL names it."""
        mark = self.mark
        return ".".join(mark + part.replace(mark, mark * 2) + mark for part in table if part)

    def resolve(self, table: Table) -> Table | None:
        """The table that a statement names, or None where it is unknown (made since, or temporary)."""
        if table in self.keys:
            return table
        return self.visible.get(table[1]) or self.visible.get(table[1].lower()) if not table[0] else None

    def written(self, statement: Statement) -> set[Table] | None:
        """All tables whose rows a statement may touch: named, cascaded to, or anything behind a trigger.

        None where a named table is unknown.
        """
        named = [self.resolve(table) for table in statement.writes]
        if None in named:
            return None
        tables = {table for table in named if table is not None}
        if tables & self.triggered:
            return set(self.keys)
        return self._closure(tables) if statement.deletes else tables

    def _closure(self, tables: Iterable[Table]) -> set[Table]:
        found: set[Table] = set()
        frontier = set(tables)
        while frontier:
            found |= frontier
            frontier = {child for table in frontier for child in self.children.get(table, ())} - found
        return found


def load(dialect: str) -> Asking[Schema | None]:
    """Read the schema over the connection at hand; None for a database that is not supported."""
    if dialect == "sqlite":
        return (yield from _sqlite())
    if dialect == "postgresql":
        return (yield from _postgresql())
    if dialect in ("mysql", "mariadb"):
        return (yield from _mysql())
    return None


def _sqlite() -> Asking[Schema]:
    schema = Schema()
    columns = defaultdict(list)
    _, rows = yield (
        "SELECT m.name, p.name, p.type, p.pk FROM sqlite_master m, pragma_table_info(m.name) p "
        "WHERE m.type = 'table'"
    )
    for table, column, kind, position in rows:
        schema.keys.setdefault(("", table), ())
        if position:
            columns[table].append((position, column))
        if "BOOL" in str(kind).upper():
            schema.booleans["", table].add(column)
    for table, primary in columns.items():
        schema.keys["", table] = tuple(column for _, column in sorted(primary))
    schema.visible = {table.lower(): ("", table) for _, table in schema.keys}
    _, rows = yield (
        'SELECT m.name, f."table", f.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) f '
        "WHERE m.type = 'table'"
    )
    for child, parent, action in rows:
        target = schema.visible.get(parent.lower(), ("", parent))
        schema.referenced.add(target)
        if action != "NO ACTION" and action != "RESTRICT":
            schema.children[target].add(("", child))
    _, triggers = yield "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    schema.triggered = {schema.visible.get(table.lower(), ("", table)) for (table,) in triggers}
    return schema


_PG_TABLES = f"""
SELECT n.nspname::text, c.relname::text, pg_table_is_visible(c.oid),
  (SELECT string_agg(a.attname::text, '{_SEPARATOR}' ORDER BY a.attnum) FROM pg_index i
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = c.oid AND i.indisprimary),
  EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg_toast%'
"""
_PG_FOREIGN_KEYS = """
SELECT cn.nspname::text, c.relname::text, pn.nspname::text, p.relname::text, k.confdeltype::text
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
WHERE k.contype = 'f'
"""
_PG_INERT = ("a", "r")


def _postgresql() -> Asking[Schema]:
    schema = Schema()
    _, rows = yield _PG_TABLES
    for namespace, name, visible, primary, triggered in rows:
        table = (namespace, name)
        schema.keys[table] = tuple(primary.split(_SEPARATOR)) if primary else ()
        if visible:
            schema.visible[name] = table
        if triggered:
            schema.triggered.add(table)
    _, rows = yield _PG_FOREIGN_KEYS
    for child_space, child, parent_space, parent, action in rows:
        schema.referenced.add((parent_space, parent))
        if action not in _PG_INERT:
            schema.children[parent_space, parent].add((child_space, child))
    return schema


_MY_TABLES = """
SELECT t.table_schema, t.table_name,
  EXISTS (SELECT 1 FROM information_schema.triggers g
    WHERE g.event_object_schema = t.table_schema AND g.event_object_table = t.table_name)
FROM information_schema.tables t WHERE t.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'
"""
_MY_COLUMNS = """
SELECT c.table_schema, c.table_name, c.column_name, c.column_type = 'tinyint(1)', k.ordinal_position
FROM information_schema.columns c LEFT JOIN information_schema.key_column_usage k
  ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name
  AND k.constraint_name = 'PRIMARY'
WHERE c.table_schema = DATABASE() ORDER BY c.table_name, k.ordinal_position
"""
_MY_FOREIGN_KEYS = """
SELECT k.constraint_schema, k.table_name, k.unique_constraint_schema, k.referenced_table_name, k.delete_rule
FROM information_schema.referential_constraints k WHERE k.constraint_schema = DATABASE()
"""
_MY_INERT = ("NO ACTION", "RESTRICT")


def _mysql() -> Asking[Schema]:
    """The database that the connection uses; tables of another one are unknown."""
    schema = Schema(mark="`")
    _, rows = yield _MY_TABLES
    for space, name, triggered in rows:
        table = (space, name)
        schema.keys[table] = ()
        schema.visible[name] = schema.visible[name.lower()] = table
        if triggered:
            schema.triggered.add(table)
    _, rows = yield _MY_COLUMNS
    for space, name, column, boolean, position in rows:
        table = (space, name)
        if position is not None and table in schema.keys:
            schema.keys[table] += (column,)
        if boolean:
            schema.booleans[table].add(column)
    _, rows = yield _MY_FOREIGN_KEYS
    for child_space, child, parent_space, parent, action in rows:
        schema.referenced.add((parent_space, parent))
        if action not in _MY_INERT:
            schema.children[parent_space, parent].add((child_space, child))
    return schema
