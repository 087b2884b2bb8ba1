import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from aiohttp import web

SCHEMA = """
create table stations (id integer primary key, name text not null, api_key text not null unique);
create table readings (id integer primary key, station integer not null references stations (id),
  sensor text not null, celsius real not null);
create table accepted (station integer not null references stations (id), key text not null,
  digest text not null, primary key (station, key));
"""
DATABASE = web.AppKey("database", Path)


def station_of(request):
    with closing(sqlite3.connect(request.app[DATABASE])) as db:
        row = db.execute("select id from stations where api_key = ?", (request.headers.get("X-Api-Key"),)).fetchone()
    if row is None:
        raise web.HTTPUnauthorized(text="unknown station")
    return row[0]


def accepted():
    return web.json_response({"status": "accepted"}, status=202)


async def take_reading(request):
    station = station_of(request)
    key = request.headers.get("Idempotency-Key")
    if not key:
        return web.json_response({"error": "Idempotency-Key is required"}, status=400)
    digest = hashlib.sha256(await request.read()).hexdigest()
    reading = await request.json()
    with closing(sqlite3.connect(request.app[DATABASE])) as db, db:
        known = db.execute(
            "select digest from accepted where station = ? and key = ?", (station, key)
        ).fetchone()
        if known is not None:
            if known[0] != digest:
                return web.json_response({"error": "this key was used for another reading"}, status=422)
            return accepted()
        db.execute("insert into accepted (station, key, digest) values (?, ?, ?)", (station, key, digest))
        db.execute(
            "insert into readings (station, sensor, celsius) values (?, ?, ?)",
            (station, reading["sensor"], reading["celsius"]),
        )
    return accepted()


def application(path):
    app = web.Application()
    app[DATABASE] = path
    app.router.add_post("/readings", take_reading)
    return app
