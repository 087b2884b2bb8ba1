import secrets
import sqlite3

from fastapi import Cookie, FastAPI, HTTPException, Response


def make(path):
    app = FastAPI()

    def connect():
        return sqlite3.connect(path)

    with connect() as db:
        db.executescript("""
            create table sessions (id text primary key, guest text not null);
            create table guests (name text primary key, bag text);
            insert into guests values ('ann', 'red'), ('bob', 'blue');
        """)
    db.close()

    def begin(db, answer, guest):
        sid = secrets.token_urlsafe(24)
        db.execute("insert into sessions values (?, ?)", (sid, guest))
        answer.set_cookie("lounge", sid)

    @app.post("/arrivals")
    def arrive(body: dict, answer: Response):
        with connect() as db:
            if not db.execute("select 1 from guests where name = ?", (body["guest"],)).fetchone():
                raise HTTPException(422)
            begin(db, answer, body["guest"])
        return {}

    @app.get("/me")
    def me(answer: Response, as_guest: str, lounge: str = Cookie()):
        with connect() as db:
            row = db.execute("select guest from sessions where id = ?", (lounge,)).fetchone()
            if row is None:
                raise HTTPException(404)
            if row[0] != as_guest:
                db.execute("delete from sessions where id = ?", (lounge,))
                db.execute("delete from guests where name = ?", (row[0],))
                begin(db, answer, as_guest)
        return {"guest": as_guest}

    @app.put("/bags/{name}")
    def bag(name: str, body: dict, lounge: str = Cookie()):
        with connect() as db:
            row = db.execute("select guest from sessions where id = ?", (lounge,)).fetchone()
            if row is None or row[0] != name:
                raise HTTPException(404)
            db.execute("update guests set bag = bag || ' ' || ? where name = ?", (body["colour"], name))
        return {}

    return app
