import secrets
import sqlite3
from contextlib import closing

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


class Feeds:
    def __init__(self, path):
        self.path = path
        with self.db() as con:
            con.execute("create table feeds (reader text primary key, theme text, address text not null)")
            con.execute("insert into feeds values ('old-hand', 'dark', ?)", (secrets.token_hex(8),))
            con.commit()

    def db(self):
        con = sqlite3.connect(self.path)
        con.row_factory = sqlite3.Row
        return closing(con)

    def get(self, reader):
        with self.db() as con:
            row = con.execute("select * from feeds where reader = ?", (reader,)).fetchone()
            if row is None:
                con.execute("insert into feeds values (?, 'light', ?)", (reader, secrets.token_hex(8)))
                con.commit()
            return dict(con.execute("select * from feeds where reader = ?", (reader,)).fetchone())


def make(path):
    feeds = Feeds(path)

    async def show(request):
        return JSONResponse(feeds.get(request.path_params["reader"]))

    return Starlette(routes=[Route("/feeds/{reader}", show, methods=["GET"])])
