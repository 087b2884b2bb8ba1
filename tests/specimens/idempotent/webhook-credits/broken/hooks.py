import json
import sqlite3
from contextlib import closing

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

DDL = """
create table inbox (event text primary key, kind text, seen integer not null default 1);
create table teams (slug text primary key, credits integer not null);
"""


def open_db(path):
    con = sqlite3.connect(path, isolation_level=None)
    con.execute("pragma foreign_keys = on")
    return con


def create(path):
    def receive_sync(event):
        with closing(open_db(path)) as con:
            con.execute("begin immediate")
            try:
                first = con.execute(
                    "insert into inbox (event, kind) values (?, ?)"
                    " on conflict (event) do update set seen = seen + 1 returning seen",
                    (event["id"], event["type"]),
                ).fetchall() == [(1,)]
                if event["type"] == "invoice.paid":
                    con.execute(
                        "update teams set credits = credits + ? where slug = ?",
                        (event["data"]["credits"], event["data"]["team"]),
                    )
                con.execute("commit")
            except BaseException:
                con.execute("rollback")
                raise
        return "accepted" if first else "duplicate"

    async def receive(request):
        event = json.loads(await request.body())
        return JSONResponse({"status": receive_sync(event)})

    return Starlette(routes=[Route("/hooks/billing", receive, methods=["POST"])])
