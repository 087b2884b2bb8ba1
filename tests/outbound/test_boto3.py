"""``boto3``: one effect an operation, under moto, under botocore's Stubber and under a replaced call."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

APP = """
import io
import json
import datetime
from unittest import mock

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from fastapi import FastAPI
from fastapi.testclient import TestClient
from moto import mock_aws

KEYS = {{"region_name": "eu-west-1", "aws_access_key_id": "testing", "aws_secret_access_key": "testing"}}
COUNT = []
app = FastAPI()


def aws(service):
    return boto3.client(service, **KEYS)


def queue():
    return aws("sqs").get_queue_url(QueueName="orders")["QueueUrl"]


@app.post("/op")
def op():
    COUNT.append(1)
    {call}
    return {{}}


@pytest.mark.idempotent
def test_op():
    with {mocked}:
        if "mock_aws" in {mocked!r}:
            aws("sqs").create_queue(QueueName="orders")
            aws("sqs").create_queue(QueueName="orders.fifo", Attributes={{"FifoQueue": "true"}})
            aws("s3").create_bucket(Bucket="files", CreateBucketConfiguration={{"LocationConstraint": "eu-west-1"}})
            aws("dynamodb").create_table(
                TableName="items", KeySchema=[{{"AttributeName": "id", "KeyType": "HASH"}}],
                AttributeDefinitions=[{{"AttributeName": "id", "AttributeType": "S"}}], BillingMode="PAY_PER_REQUEST",
            )
        assert TestClient(app).post("/op").status_code == 200
"""

TWICE = {
    "a message": (
        'aws("sqs").send_message(QueueUrl=queue(), MessageBody="x")',
        "sqs.SendMessage orders -> 200",
    ),
    "an object of another name": (
        'aws("s3").put_object(Bucket="files", Key=str(len(COUNT)), Body=b"x")',
        "s3.PutObject files -> 200",
    ),
    "an addition": (
        'aws("dynamodb").update_item(TableName="items", Key={"id": {"S": "a"}}, UpdateExpression="ADD n :n", '
        'ExpressionAttributeValues={":n": {"N": "1"}})',
        "dynamodb.UpdateItem items -> 200",
    ),
    "another item": (
        'boto3.resource("dynamodb", **KEYS).Table("items").put_item(Item={"id": str(len(COUNT))})',
        "dynamodb.PutItem items -> 200",
    ),
    "an event": (
        'aws("events").put_events(Entries=[{"Source": "a", "DetailType": "b", "Detail": "{}"}])',
        "events.PutEvents -> 200",
    ),
}
ONCE = {
    "a message with its id": 'aws("sqs").send_message(QueueUrl=queue() + ".fifo", MessageBody="x", MessageGroupId="g", MessageDeduplicationId="d")',
    "the same object": 'aws("s3").put_object(Bucket="files", Key="a", Body=b"x")',
    "the same upload": 'aws("s3").upload_fileobj(io.BytesIO(b"x" * 9_000_000), "files", "a")',
    "the same item, dated": (
        'boto3.resource("dynamodb", **KEYS).Table("items").put_item('
        'Item={"id": "a", "at": datetime.datetime.now().isoformat()})'
    ),
    "a status": (
        'aws("dynamodb").update_item(TableName="items", Key={"id": {"S": "a"}}, UpdateExpression="SET #s = :s", '
        'ExpressionAttributeNames={"#s": "status"}, ExpressionAttributeValues={":s": {"S": "paid"}})'
    ),
    "a queue that is there": 'aws("sqs").create_queue(QueueName="orders")',
    "an item under a condition": """
    try:
        aws("dynamodb").put_item(TableName="items", Item={"id": {"S": "a"}, "n": {"N": str(len(COUNT))}}, ConditionExpression="attribute_not_exists(id)")
    except ClientError:
        pass
""".strip(),
}
READS = {
    "sqs": 'aws("sqs").get_queue_attributes(QueueUrl=queue())',
    "s3": 'aws("s3").list_objects_v2(Bucket="files"); aws("s3").head_bucket(Bucket="files")',
    "dynamodb": 'aws("dynamodb").scan(TableName="items"); aws("dynamodb").describe_table(TableName="items")',
    "pages": 'list(aws("s3").get_paginator("list_objects_v2").paginate(Bucket="files"))',
}


def specimen(call: str, mocked: str = "mock_aws()") -> Specimen:
    return Specimen({"test_op.py": APP.format(call=call, mocked=mocked)})


@pytest.mark.parametrize("way", TWICE)
def test_an_act_that_is_repeated_is_found(way: str) -> None:
    """Named by service, operation and resource; one effect however many requests it takes."""
    call, told = TWICE[way]
    shown = specimen(call).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect POST /op"], text=f"second effect: {told} at test_op.py:"
    )
    assert shown.report is not None
    assert shown.report["alarms"] == []


@pytest.mark.parametrize("way", ONCE)
def test_the_same_state_again_is_held(way: str) -> None:
    """A caller's token, the same object or item, what exists already, and what a condition refuses."""
    specimen(ONCE[way]).run("-rs").expect(findings=[], held=["idempotent POST /op"])


@pytest.mark.parametrize("service", READS)
def test_reads_are_no_effects(service: str) -> None:
    """Get, List, Describe, Head, Query and Scan ask."""
    specimen(READS[service]).run("-rs").expect(
        findings=[], text="the first delivery had no effect that was heard"
    )


def test_a_function_is_not_judged() -> None:
    """Whether a Lambda function asks or acts, its name does not tell."""
    answer = '{"ResponseMetadata": {"HTTPStatusCode": 200}, "Payload": None}'
    mocked = f'mock.patch("botocore.client.BaseClient._make_api_call", return_value={answer})'
    shown = specimen('aws("lambda").invoke(FunctionName="price")', mocked).run("-rs")
    shown.expect(findings=[], text="a dependency that no seam hears")


def test_a_replaced_call_is_heard() -> None:
    """The idiom of suites without moto: the client's inner call is a mock."""
    mocked = 'mock.patch("botocore.client.BaseClient._make_api_call", return_value={"MessageId": "m"})'
    specimen(
        'aws("sns").publish(TopicArn="arn:aws:sns:eu-west-1:1:alerts", Message="x")', mocked
    ).run().expect(findings=["idempotent/duplicate-effect POST /op"], text="sns.Publish alerts")


def test_a_call_that_really_leaves_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on loopback stands for AWS; where it is taken for another machine, nothing is sent again."""
    call = """
    client = boto3.client("stepfunctions", endpoint_url=URL, **KEYS)
    client.start_execution(stateMachineArn="arn:aws:states:eu-west-1:1:stateMachine:orders")
"""
    served = """
import http.server, threading

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        answer = b'{"executionArn": "arn", "startDate": 1}'
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
URL = f"http://127.0.0.1:{server.server_port}"
"""
    found = Specimen({"test_op.py": served + specimen(call.strip(), "mock.MagicMock()").files["test_op.py"]})
    found.run().expect(findings=["idempotent/duplicate-effect POST /op"], text="StartExecution")
    monkeypatch.setattr("pytest_prodready._outbound.botocore.is_loopback", lambda host: False)
    found.run("-rs").expect(findings=[], text="not judged: the delivery reached an address")
