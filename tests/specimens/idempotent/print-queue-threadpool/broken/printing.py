import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="spool")
database = Path("unset")
app = FastAPI()


class Job(BaseModel):
    document: str
    copies: int = 1


def setup(path):
    global database
    database = Path(path)
    with closing(sqlite3.connect(database)) as con:
        con.executescript(
            """
            create table paper (tray text primary key, sheets integer);
            insert into paper values ('A4', 500);
            create table spool (
              id integer primary key,
              document text, copies integer
            );
            """
        )


def enqueue(job: Job) -> int:
    with closing(sqlite3.connect(database)) as con, con:
        con.execute("insert into spool (document, copies) values (?, ?)", (job.document, job.copies))
        con.execute("update paper set sheets = sheets - ? where tray = 'A4'", (job.copies,))
        return con.execute("select sheets from paper where tray = 'A4'").fetchone()[0]


@app.post("/print", status_code=202)
def print_document(job: Job):
    if job.copies < 1:
        raise HTTPException(422, "copies")
    left = pool.submit(enqueue, job).result(timeout=10)
    return {"document": job.document, "sheets_left": left}
