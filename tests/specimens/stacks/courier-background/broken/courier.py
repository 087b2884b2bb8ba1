import sqlite3

from fastapi import BackgroundTasks, FastAPI, HTTPException

db = sqlite3.connect(":memory:", check_same_thread=False)
db.executescript(
    "create table parcels (code text primary key, grams int);"
    "create table collections (id integer primary key, code text)"
)
app = FastAPI()


def collect(code):
    with db:
        db.execute("insert into collections (code) values (?)", (code,))


@app.post("/parcels", status_code=202)
async def register(body: dict, tasks: BackgroundTasks):
    if body["grams"] > 30_000:
        raise HTTPException(422)
    with db:
        db.execute("insert or ignore into parcels values (?, ?)", (body["code"], body["grams"]))
    tasks.add_task(collect, body["code"])
    return {"code": body["code"]}


@app.get("/parcels")
async def every():
    rows = db.execute("select code, (select count(*) from collections c where c.code = p.code) from parcels p")
    return {"parcels": dict(rows.fetchall())}
