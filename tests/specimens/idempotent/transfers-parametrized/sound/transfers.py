import sqlite3
from contextlib import closing

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel


class Transfer(BaseModel):
    source: str
    target: str
    minor: int


def make_app(path: str) -> FastAPI:
    def connect():
        con = sqlite3.connect(path)
        con.row_factory = sqlite3.Row
        return con

    with closing(connect()) as con:
        con.executescript(
            """
            create table account (iban text primary key, ccy text, minor integer);
            insert into account values ('A', 'EUR', 10000), ('B', 'EUR', 0), ('C', 'JPY', 10000), ('D', 'JPY', 0);
            create table booking (request text primary key, source text, target text, minor integer);
            """
        )
    app = FastAPI()

    @app.post("/transfers", status_code=201)
    def transfer(t: Transfer, idempotency_key: str = Header()):
        with closing(connect()) as con:
            try:
                con.execute(
                    "insert into booking (request, source, target, minor) values (?, ?, ?, ?)",
                    (idempotency_key, t.source, t.target, t.minor),
                )
            except sqlite3.IntegrityError:
                con.rollback()
                raise HTTPException(409, "this request was booked before")
            con.execute("update account set minor = minor - ? where iban = ?", (t.minor, t.source))
            con.execute("update account set minor = minor + ? where iban = ?", (t.minor, t.target))
            con.commit()
        return {"request": idempotency_key}

    @app.get("/accounts/{iban}")
    def account(iban: str):
        with closing(connect()) as con:
            row = con.execute("select * from account where iban = ?", (iban,)).fetchone()
        if row is None:
            raise HTTPException(404)
        return dict(row)

    return app
