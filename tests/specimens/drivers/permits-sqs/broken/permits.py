import json
import sqlite3

import boto3
from fastapi import FastAPI

SCHEMA = "create table permits (plate text primary key, zone text not null)"
database = ""
app = FastAPI()


def queue():
    sqs = boto3.client("sqs")
    return sqs, sqs.get_queue_url(QueueName="permit-letters")["QueueUrl"]


@app.post("/permits", status_code=201)
def grant(body: dict):
    con = sqlite3.connect(database)
    try:
        with con:
            new = con.execute("insert or ignore into permits values (?, ?)", (body["plate"], body["zone"])).rowcount
        sqs, url = queue()
        if new or body.get("zone"):
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"plate": body["plate"], "letter": "granted"}))
    finally:
        con.close()
    return {"plate": body["plate"]}


@app.get("/letters/waiting")
def waiting():
    sqs, url = queue()
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return {"waiting": int(found["Attributes"]["ApproximateNumberOfMessages"])}
