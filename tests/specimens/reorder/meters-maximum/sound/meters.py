import sqlite3
from contextlib import closing

SCHEMA = """
create table meters (serial text primary key, reading integer not null, peak integer not null, messages integer not null);
create table readings (id integer primary key, serial text not null, at integer not null, value integer not null);
"""


class Consumer:
    """Readings of meters, from a queue that keeps no order."""

    def __init__(self, path):
        self.path = path

    def handle(self, message):
        serial, value = message["serial"], message["value"]
        with closing(sqlite3.connect(self.path)) as con, con:
            con.execute(
                "insert into readings (serial, at, value) values (?, ?, ?)", (serial, message["at"], value)
            )
            known = con.execute("select reading, peak from meters where serial = ?", (serial,)).fetchone()
            if known is None:
                con.execute("insert into meters values (?, ?, ?, 1)", (serial, value, value))
                return
            reading, peak = known
            con.execute(
                "update meters set reading = ?, peak = ?, messages = messages + 1 where serial = ?",
                (max(reading, value), max(peak, value), serial),
            )
