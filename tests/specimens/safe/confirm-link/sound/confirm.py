import sqlite3

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route


def make(path):
    def db():
        return sqlite3.connect(path)

    def confirm(token):
        con = db()
        try:
            row = con.execute("delete from pending where token = ? returning address", (token,)).fetchone()
            if row:
                con.execute("update addresses set proven = 1 where address = ?", row)
            con.commit()
            return row
        finally:
            con.close()

    async def page(request):
        con = db()
        known = con.execute("select 1 from pending where token = ?", (request.path_params["token"],)).fetchone()
        con.close()
        if not known:
            return PlainTextResponse("this link has been used", status_code=404)
        return HTMLResponse("<form method=post><button>Confirm my address</button></form>")

    async def submit(request):
        if confirm(request.path_params["token"]) is None:
            return PlainTextResponse("this link has been used", status_code=404)
        return HTMLResponse("<h1>Your address is confirmed</h1>")

    return Starlette(routes=[
        Route("/confirm/{token}", page, methods=["GET"]),
        Route("/confirm/{token}", submit, methods=["POST"]),
    ])
