import boto3
from boto3.dynamodb.conditions import Key
from flask import Flask, request

app = Flask(__name__)


def table():
    return boto3.resource("dynamodb").Table("wallets")


@app.post("/wallets/<wallet>/top-ups")
def top_up(wallet):
    body = request.get_json()
    table().update_item(
        Key={"wallet": wallet, "line": "balance"},
        UpdateExpression="SET amount = if_not_exists(amount, :zero) + :more",
        ExpressionAttributeValues={":zero": 0, ":more": body["amount"]},
    )
    return {"wallet": wallet}, 201


@app.put("/wallets/<wallet>/name")
def rename(wallet):
    table().put_item(Item={"wallet": wallet, "line": "name", "name": request.get_json()["name"]})
    return {"wallet": wallet}


@app.get("/wallets/<wallet>")
def show(wallet):
    found = table().query(KeyConditionExpression=Key("wallet").eq(wallet))
    return {item["line"]: str(item.get("amount", item.get("name"))) for item in found["Items"]}
