import os
import sqlite3
from contextlib import closing

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

app = FastAPI()
SCHEMA = "create table if not exists cases (ref text primary key, subject text not null, weight integer not null, state text not null)"


class NewCase(BaseModel):
    ref: str
    subject: str


class Change(BaseModel):
    raise_weight_by: int = 0
    state: str | None = None


def connect():
    con = sqlite3.connect(os.environ["HELPDESK_DB"])
    con.row_factory = sqlite3.Row
    con.execute(SCHEMA)
    return con


@app.post("/cases", status_code=201)
def open_case(body: NewCase):
    with closing(connect()) as con:
        try:
            with con:
                con.execute("insert into cases values (?, ?, 1, 'open')", (body.ref, body.subject))
        except sqlite3.IntegrityError:
            raise HTTPException(409, "a case with this reference exists")
    return {"ref": body.ref}


@app.patch("/cases/{ref}")
def change(ref: str, body: Change):
    with closing(connect()) as con, con:
        row = con.execute("select * from cases where ref = ?", (ref,)).fetchone()
        if row is None:
            raise HTTPException(404)
        weight = row["weight"] + body.raise_weight_by
        state = body.state or row["state"]
        con.execute("update cases set weight = ?, state = ? where ref = ?", (weight, state, ref))
    return {"ref": ref, "weight": weight, "state": state}


@app.delete("/cases/{ref}", status_code=204)
def drop(ref: str):
    with closing(connect()) as con, con:
        if con.execute("delete from cases where ref = ?", (ref,)).rowcount == 0:
            raise HTTPException(404)
    return Response(status_code=204)
