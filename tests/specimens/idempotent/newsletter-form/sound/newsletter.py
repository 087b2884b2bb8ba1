import sqlite3
from datetime import datetime, timezone

from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

DDL = """
create table if not exists readers (
  id integer primary key,
  email text not null unique,
  topic text not null,
  since text not null
)
"""


class App(Starlette):
    def __init__(self, path):
        self.path = str(path)
        super().__init__(routes=[
            Route("/subscribe", subscribe, methods=["POST"]),
            Route("/subscribers/count", count, methods=["GET"]),
        ])
        with self.connect() as db:
            db.execute(DDL)

    def connect(self):
        return sqlite3.connect(self.path)


async def subscribe(request):
    form = await request.form()
    email = form.get("email", "").strip().lower()
    if "@" not in email:
        return PlainTextResponse("please give an e-mail address", status_code=422)
    db = request.app.connect()
    try:
        db.execute(
            "insert or ignore into readers (email, topic, since) values (?, ?, ?)",
            (email, form.get("topic", "all"), datetime.now(timezone.utc).isoformat()),
        )
        db.commit()
    finally:
        db.close()
    return PlainTextResponse("thank you", status_code=202)


async def count(request):
    db = request.app.connect()
    try:
        (n,) = db.execute("select count(*) from readers").fetchone()
    finally:
        db.close()
    return JSONResponse({"readers": n})
