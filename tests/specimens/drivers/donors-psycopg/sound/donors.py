import psycopg
from fastapi import FastAPI, HTTPException
from psycopg.rows import dict_row
from pydantic import BaseModel

SCHEMA = """
create table donors (id integer primary key, blood_group text not null, donations integer not null default 0);
create table bags (barcode text primary key, donor integer not null references donors, millilitres integer not null);
create table bank (blood_group text primary key, millilitres bigint not null);
"""
conninfo = ""
app = FastAPI()


class Bag(BaseModel):
    barcode: str
    millilitres: int


def connect():
    return psycopg.connect(conninfo, row_factory=dict_row)


@app.post("/donors/{donor}/bags", status_code=201)
def donate(donor: int, bag: Bag):
    with connect() as con, con.cursor() as cur:
        cur.execute("select blood_group from donors where id = %s for update", (donor,))
        found = cur.fetchone()
        if found is None:
            raise HTTPException(404, "unknown donor")
        cur.execute(
            "insert into bags (barcode, donor, millilitres) values (%s, %s, %s) on conflict (barcode) do nothing",
            (bag.barcode, donor, bag.millilitres),
        )
        if cur.rowcount:
            cur.execute("update donors set donations = donations + 1 where id = %s", (donor,))
            cur.execute(
                "update bank set millilitres = millilitres + %(ml)s where blood_group = %(group)s",
                {"ml": bag.millilitres, "group": found["blood_group"]},
            )
    return {"barcode": bag.barcode, "blood_group": found["blood_group"]}


@app.get("/bank")
def bank():
    with connect() as con:
        rows = con.execute("select blood_group, millilitres from bank order by blood_group")
        return {row["blood_group"]: row["millilitres"] for row in rows}
