import sqlite3
import time

from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route

db = sqlite3.connect(":memory:", check_same_thread=False)


def reset():
    db.executescript(
        """
        drop table if exists hooks; drop table if exists traffic;
        create table hooks (hook integer primary key, tag text unique not null, owner text not null);
        create table traffic (n integer primary key, verb text, url text, answer integer, ms real, at real);
        """
    )


class Traffic(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        start = time.perf_counter()
        response = await call_next(request)
        took = (time.perf_counter() - start) * 1000
        with db:
            db.execute(
                "insert into traffic (verb, url, answer, ms, at) values (?, ?, ?, ?, ?)",
                (request.method, request.url.path, response.status_code, took, time.time()),
            )
        return response


class Coats(HTTPEndpoint):
    async def post(self, request):
        form = await request.form()
        try:
            with db:
                hook = db.execute("insert into hooks (tag, owner) values (?, ?)", (form["tag"], form["owner"])).lastrowid
        except sqlite3.IntegrityError:
            (hook,) = db.execute("select hook from hooks where tag = ?", (form["tag"],)).fetchone()
        return JSONResponse({"hook": hook})


class Coat(HTTPEndpoint):
    async def delete(self, request):
        with db:
            gone = db.execute("delete from hooks where tag = ?", (request.path_params["tag"],)).rowcount
        return JSONResponse({"returned": bool(gone)}, status_code=200 if gone else 404)


app = Starlette(routes=[Route("/coats", Coats), Route("/coats/{tag}", Coat)], middleware=[Middleware(Traffic)])
