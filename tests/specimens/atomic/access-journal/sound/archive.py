import sqlite3
from contextlib import closing
from datetime import datetime, timezone

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel


class Folder(BaseModel):
    title: str


def make_app(path) -> FastAPI:
    def connect():
        return closing(sqlite3.connect(path))

    with connect() as con:
        con.executescript(
            """
            create table folders (id integer primary key, title text unique not null);
            create table journal (id integer primary key, at text, verb text, path text, status integer);
            """
        )
    app = FastAPI()

    @app.middleware("http")
    async def journal(request: Request, call_next):
        response = await call_next(request)
        with connect() as con, con:
            con.execute(
                "insert into journal (at, verb, path, status) values (?, ?, ?, ?)",
                (datetime.now(timezone.utc).isoformat(), request.method, request.url.path, response.status_code),
            )
        return response

    @app.post("/folders", status_code=201)
    def create(folder: Folder):
        with connect() as con:
            try:
                with con:
                    new = con.execute("insert into folders (title) values (?)", (folder.title,)).lastrowid
            except sqlite3.IntegrityError:
                raise HTTPException(409, "title in use")
        return {"id": new}

    @app.delete("/folders/{id}", status_code=204)
    def delete(id: int):
        with connect() as con, con:
            if not con.execute("delete from folders where id = ?", (id,)).rowcount:
                raise HTTPException(404)

    @app.get("/folders/{id}")
    def read(id: int):
        with connect() as con:
            row = con.execute("select title from folders where id = ?", (id,)).fetchone()
        if row is None:
            raise HTTPException(404)
        return {"id": id, "title": row[0]}

    return app
