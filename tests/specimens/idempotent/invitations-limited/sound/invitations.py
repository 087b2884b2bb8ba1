import sqlite3
import time

from fastapi import FastAPI, HTTPException

app = FastAPI()
db = sqlite3.connect(":memory:", check_same_thread=False)
SCHEMA = """
drop table if exists windows;
drop table if exists members;
drop table if exists quotas;
create table windows (key text, began real, hits integer not null, seen real, primary key (key, began));
create table members (email text primary key, name text);
create table quotas (team text primary key, used integer not null, changed real);
insert into quotas values ('a', 3, 0);
"""


def limited(key, most):
    began = time.time() // 3600 * 3600
    row = db.execute("select hits from windows where key = ? and began = ?", (key, began)).fetchone()
    if row is not None and row[0] >= most:
        raise HTTPException(429)
    with db:
        db.execute(
            "insert into windows values (?, ?, 1, ?)"
            " on conflict (key, began) do update set hits = hits + 1, seen = excluded.seen",
            (key, began, time.time()),
        )


@app.post("/invitations")
def invite(body: dict):
    limited("invite", 20)
    if "@" not in body["email"]:
        raise HTTPException(422)
    with db:
        new = db.execute("insert or ignore into members values (?, '')", (body["email"],)).rowcount
        if new:
            db.execute("update quotas set used = used + 1, changed = ? where team = 'a'", (time.time(),))
    return {}


@app.put("/members/{email}")
def rename(email: str, body: dict):
    limited("rename", 20)
    with db:
        db.execute("update members set name = ? where email = ?", (body["name"], email))
    return {}


@app.get("/quota")
def quota():
    return {"used": db.execute("select used from quotas").fetchone()[0]}
