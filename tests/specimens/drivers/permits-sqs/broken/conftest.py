import sqlite3

import boto3
import pytest
from fastapi.testclient import TestClient
from moto import mock_aws

import permits

@pytest.fixture(autouse=True)
def account(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

@pytest.fixture
def client(tmp_path, monkeypatch, account):
    monkeypatch.setattr(permits, "database", str(tmp_path / "permits.db"))
    con = sqlite3.connect(permits.database)
    con.execute(permits.SCHEMA)
    con.close()
    with mock_aws():
        boto3.client("sqs").create_queue(QueueName="permit-letters")
        yield TestClient(permits.app)
