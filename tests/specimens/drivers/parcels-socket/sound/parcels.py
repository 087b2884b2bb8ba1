import socket
import sqlite3

from flask import Flask, g, request

SCHEMA = "create table parcels (number text primary key, town text not null, printed integer not null default 0)"
app = Flask(__name__)


def db():
    if "db" not in g:
        g.db = sqlite3.connect(app.config["DATABASE"])
    return g.db


@app.teardown_appcontext
def close(error):
    if "db" in g:
        g.pop("db").close()


def print_label(text):
    with socket.create_connection(app.config["PRINTER"], timeout=5) as printer:
        printer.sendall(f"^XA^FD{text}^FS^XZ".encode())
        return printer.recv(2) == b"OK"


@app.put("/parcels/<number>")
def put(number):
    town = request.get_json()["town"]
    with db():
        db().execute(
            "insert into parcels (number, town) values (?, ?) on conflict (number) do update set town = excluded.town",
            (number, town),
        )
    found = db().execute("select printed from parcels where number = ?", (number,)).fetchone()
    if found[0]:
        return {"number": number}
    if not print_label(f"{number} {town}"):
        return {"error": "no paper"}, 503
    with db():
        db().execute("update parcels set printed = 1 where number = ?", (number,))
    return {"number": number}


@app.get("/parcels")
def show():
    return {number: bool(printed) for number, printed in db().execute("select number, printed from parcels")}
