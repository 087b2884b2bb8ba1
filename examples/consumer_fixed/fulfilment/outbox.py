"""Messages that are committed with the rows they tell of, and published afterwards."""

import json
from uuid import uuid4


class Outbox:
    """What is to be published.

    A crash between the commit and the broker leaves it here. It is published with the next message, under the
    same id, by which the receiver tells a message that it has had.
    """

    def __init__(self, db, broker):
        self._db = db
        self._broker = broker

    def put(self, queue, body):
        """Keep a message; the caller commits."""
        self._db.execute("insert into outbox values (?, ?, ?)", (uuid4().hex, queue, json.dumps(body)))

    def flush(self):
        for number, queue, body in self._db.execute("select * from outbox order by rowid").fetchall():
            self._broker.publish(queue, json.loads(body), message_id=number)
            with self._db:
                self._db.execute("delete from outbox where id = ?", (number,))
