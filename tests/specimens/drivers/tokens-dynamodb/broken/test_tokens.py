import boto3
import pytest
from moto import mock_aws

import tokens

@pytest.fixture(autouse=True)
def account(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

@pytest.fixture
def client(account):
    with mock_aws():
        boto3.resource("dynamodb").create_table(
            TableName="wallets",
            KeySchema=[{"AttributeName": "wallet", "KeyType": "HASH"}, {"AttributeName": "line", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "wallet", "AttributeType": "S"},
                {"AttributeName": "line", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield tokens.app.test_client()


@pytest.mark.idempotent
def test_top_up(client):
    assert client.post("/wallets/w1/top-ups", json={"payment": "p-9", "amount": 20}).status_code == 201
    assert client.get("/wallets/w1").get_json()


@pytest.mark.idempotent
def test_rename(client):
    assert client.put("/wallets/w1/name", json={"name": "holidays"}).status_code == 200
    assert client.get("/wallets/w1").get_json() == {"name": "holidays"}
