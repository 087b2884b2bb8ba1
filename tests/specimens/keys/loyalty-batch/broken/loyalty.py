import sqlite3
from contextlib import closing

SCHEMA = """
create table cards (number text primary key, points integer not null default 0);
create table batches (id text primary key);
create table entries (id integer primary key, card text not null references cards (number), points integer not null);
"""


class Ledger:
    """The points on customers' cards."""

    def __init__(self, path):
        self.path = path

    def on_batch(self, message):
        """Credit the purchases of a batch, all or none; how many were credited."""
        with closing(sqlite3.connect(self.path)) as db, db:
            if not db.execute("insert or ignore into batches (id) values (?)", (message["batch"],)).rowcount:
                return 0
            credited = 0
            for event in message["events"]:
                credited += self._credit(db, event)
            return credited

    def _credit(self, db, event):
        found = db.execute(
            "update cards set points = points + ? where number = ?", (event["points"], event["card"])
        ).rowcount
        if not found:
            raise LookupError(f"no such card: {event['card']}")
        db.execute("insert into entries (card, points) values (?, ?)", (event["card"], event["points"]))
        return 1
