import sqlite3
from contextlib import contextmanager

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Move(BaseModel):
    giver: str
    taker: str
    cents: int


class Ledger:
    def __init__(self, path):
        self.path = path
        with self.open() as con:
            con.execute("create table jars (child text primary key, cents integer not null)")
            con.execute("insert into jars values ('ann', 500), ('bob', 0)")

    @contextmanager
    def open(self):
        con = sqlite3.connect(self.path, isolation_level=None)
        try:
            yield con
        finally:
            con.close()

    def add(self, con, child, cents):
        n = con.execute("update jars set cents = cents + ? where child = ?", (cents, child)).rowcount
        if n == 0:
            raise HTTPException(400, f"{child} has no jar")
        (left,) = con.execute("select cents from jars where child = ?", (child,)).fetchone()
        return left


def make(path):
    app, ledger = FastAPI(), Ledger(path)

    @app.post("/moves")
    def move(m: Move):
        with ledger.open() as con:
            left = ledger.add(con, m.giver, -m.cents)
            if left < 0:
                raise HTTPException(400, "jar is not that full")
            ledger.add(con, m.taker, m.cents)
        return {"left": left}

    return app
