import hashlib
import pathlib
import sqlite3
from contextlib import closing

from flask import Flask, abort, current_app, jsonify, request, url_for

app = Flask(__name__)
TYPES = {"image/jpeg": ".jpg", "image/png": ".png"}
TABLES = """
create table if not exists entries (
  id integer primary key,
  contest text not null,
  title text not null,
  sha256 text not null,
  stage text not null default 'submitted',
  views integer not null default 0,
  unique (contest, sha256)
)
"""


def connect():
    con = sqlite3.connect(current_app.config["DB"])
    con.row_factory = sqlite3.Row
    con.execute(TABLES)
    return closing(con)


@app.post("/contests/<slug>/entries")
def hand_in(slug):
    photo = request.files.get("photo")
    if photo is None or photo.mimetype not in TYPES:
        abort(415)
    content = photo.read()
    digest = hashlib.sha256(content).hexdigest()
    with connect() as con:
        con.execute(
            "insert or ignore into entries (contest, title, sha256) values (?, ?, ?)",
            (slug, request.form.get("title") or photo.filename, digest),
        )
        con.commit()
        (number,) = con.execute("select id from entries where contest = ? and sha256 = ?", (slug, digest)).fetchone()
    pathlib.Path(current_app.config["PHOTOS"], digest + TYPES[photo.mimetype]).write_bytes(content)
    return "", 201, {"Location": url_for("show", number=number)}


@app.get("/entries/<int:number>")
def show(number):
    with connect() as con:
        entry = con.execute("select * from entries where id = ?", (number,)).fetchone()
        if entry is None:
            abort(404)
        con.execute("update entries set views = views + 1 where id = ?", (number,))
        con.execute("update entries set stage = 'in review' where id = ? and stage = 'submitted'", (number,))
        con.commit()
    return jsonify(title=entry["title"], stage=entry["stage"], views=entry["views"] + 1)


@app.post("/entries/<int:number>/shortlist")
def shortlist(number):
    with connect() as con, con:
        if not con.execute("update entries set stage = 'shortlisted' where id = ?", (number,)).rowcount:
            abort(404)
    return "", 204
