import sqlite3

from fastapi import FastAPI, HTTPException

db = sqlite3.connect(":memory:", check_same_thread=False)
app = FastAPI()


def find(number):
    return db.execute("select seat from tickets where id = ?", (number,)).fetchone()


def store(number, seat):
    with db:
        return db.execute("update tickets set seat = ? where id = ?", (seat, number)).rowcount


@app.put("/tickets/{number}")
def move(number: int, body: dict):
    if not find(number):
        raise HTTPException(404)
    if not store(number, body["seat"]) or body["seat"] > 90:
        raise HTTPException(404)
    return {}


@app.get("/tickets/{number}")
def show(number: int):
    found = find(number)
    if not found:
        raise HTTPException(404)
    return {"seat": found[0]}
