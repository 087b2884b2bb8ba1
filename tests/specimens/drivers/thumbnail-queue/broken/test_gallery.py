import json
import os

import pytest
import redis

from gallery import Intake

PREFIX = f"gallery-{os.getpid()}"


@pytest.fixture
def server():
    server = redis.Redis(host="127.0.0.1", port=6379, db=12, decode_responses=True, socket_connect_timeout=3)
    try:
        server.ping()
    except redis.ConnectionError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Redis on 127.0.0.1: {error}")
    forget(server)
    yield server
    forget(server)
    server.close()


def forget(server):
    for key in server.scan_iter(f"{PREFIX}*"):
        server.delete(key)


def record(etag):
    return json.dumps({"s3": {"object": {"key": "cats/1.jpg", "eTag": etag}}}).encode()


@pytest.mark.idempotent
def test_an_upload_makes_two_jobs(prodready, server):
    assert prodready.deliver(Intake(server, PREFIX).on_upload, record("9b2c")) == 2
    assert json.loads(server.lindex(f"{PREFIX}:jobs", -1)) == {"key": "cats/1.jpg", "width": 320}


def test_a_new_version_is_new_work(prodready, server):
    intake = Intake(server, PREFIX)
    prodready.deliver(intake.on_upload, record("9b2c"))
    prodready.deliver(intake.on_upload, record("71aa"))
    assert server.llen(f"{PREFIX}:jobs") == 4
    assert server.hget(f"{PREFIX}:latest", "cats/1.jpg") == "71aa"
