import http.client
import json
import sqlite3

from fastapi import FastAPI, HTTPException

SCHEMA = """
create table referrals (id integer primary key, patient text not null, clinic text not null);
create table refusals (id integer primary key, patient text not null, why text not null);
"""
database = ""
clinic = ("127.0.0.1", 1)
app = FastAPI()


def send(body):
    connection = http.client.HTTPConnection(*clinic, timeout=5)
    try:
        connection.request("POST", "/fhir/Task", json.dumps(body), {"content-type": "application/fhir+json"})
        return connection.getresponse().status
    finally:
        connection.close()


def run(sql, *values):
    con = sqlite3.connect(database)
    try:
        with con:
            return con.execute(sql, values).fetchall()
    finally:
        con.close()


@app.post("/referrals", status_code=201)
def refer(body: dict):
    try:
        status = send(body)
    except OSError as error:
        run("insert into refusals (patient, why) values (?, ?)", body["patient"], type(error).__name__)
        raise HTTPException(502, "the clinic is not reached") from error
    if status >= 400:
        raise HTTPException(502, "the clinic refuses")
    run("insert into referrals (patient, clinic) values (?, ?)", body["patient"], body["clinic"])
    return {"patient": body["patient"]}


@app.get("/referrals")
def referrals():
    return [patient for (patient,) in run("select patient from referrals order by id")]


@app.get("/refusals")
def refusals():
    return [patient for (patient,) in run("select patient from refusals order by id")]
