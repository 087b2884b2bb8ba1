"""``urllib3`` and ``urllib.request``: one effect a request that is sent, whatever stands above or below."""

from __future__ import annotations

import pytest

from pytest_prodready.testing import Specimen

APP = """
import http.server
import io
import json
import threading
import urllib.error
import urllib.request

import pytest
import requests
import urllib3
from fastapi import FastAPI
from fastapi.testclient import TestClient

SEEN = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        SEEN.append(self.path)
        self.rfile.read(int(self.headers.get("content-length") or 0))
        status = 302 if self.path == "/moved" else 503 if len(SEEN) % 2 and self.path == "/shaky" else 200
        status = 402 if self.path == "/declined" else status
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/there")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{{}}")

    do_GET = do_POST

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
URL = f"http://127.0.0.1:{{server.server_port}}"
pool = urllib3.PoolManager()
H = {headers}
app = FastAPI()


@app.post("/op")
def op():
    {call}
    return {{}}


@pytest.mark.idempotent
def test_op():
    del SEEN[:]
    assert TestClient(app).post("/op").status_code == 200
"""

CLIENTS = {
    "a pool manager": 'pool.request("POST", URL + "/charges", headers=H, body=b"{}")',
    "a pool": 'urllib3.HTTPConnectionPool("127.0.0.1", server.server_port).urlopen("POST", "/charges", headers=H, body="{}")',
    "urlopen": 'urllib.request.urlopen(urllib.request.Request(URL + "/charges", b"{}", H))',
    "urlopen with data": 'urllib.request.urlopen(urllib.request.Request(URL + "/charges", headers=H), b"{}").read()',
    "an opener": 'urllib.request.build_opener().open(urllib.request.Request(URL + "/charges", b"{}", H), timeout=5)',
    "requests": 'requests.post(URL + "/charges", headers=H, data=b"{}")',
}


def specimen(call: str, headers: str = "{}") -> Specimen:
    return Specimen({"test_op.py": APP.format(call=call, headers=headers)})


@pytest.mark.parametrize("client", CLIENTS)
def test_a_second_call_is_heard_once(client: str) -> None:
    """Broken: it is asked to act twice. Sound: the same provider key makes it one effect."""
    broken = specimen(CLIENTS[client]).run("--prodready-report")
    broken.expect(findings=["idempotent/duplicate-effect POST /op"], text="/charges -> 200 at test_op.py:")
    assert "(x2)" not in broken.text
    sound = specimen(CLIENTS[client], '{"Idempotency-Key": "op-1"}').run("--prodready-report")
    sound.expect(findings=[], held=["idempotent POST /op"])
    assert broken.report is not None
    assert broken.report["alarms"] == []


def test_each_request_of_a_retry_counts() -> None:
    """A retry is a request of its own, and the one that failed is told as failed."""
    call = 'pool.request("POST", URL + "/shaky", retries=urllib3.Retry(3, status_forcelist=[503], allowed_methods=None))'
    shown = specimen(call).run("--prodready-report")
    shown.expect(findings=["idempotent/duplicate-effect POST /op"], text=["/shaky -> 503", "/shaky -> 200"])


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ('pool.request("POST", URL + "/moved")', "/moved -> 302"),
        ('urllib.request.urlopen(URL + "/moved", b"{}")', "/moved -> 200"),
    ],
)
def test_a_redirect_is_followed_by_a_read(call: str, told: str) -> None:
    """What is sent to where a write was redirected to is a GET."""
    specimen(call).run("--prodready-report").expect(
        findings=["idempotent/duplicate-effect POST /op"], text=[f"POST 127.0.0.1:{{}}{told}".split("{}")[1]]
    )


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ('pool.request("POST", URL + "/declined")', "no effect"),
        ('pool.request("POST", "http://127.0.0.1:1/charges", retries=False)', "no effect"),
        ('urllib.request.urlopen(URL + "/declined", b"{}")', "no effect"),
        ('urllib.request.urlopen("http://127.0.0.1:1/charges", b"{}")', "no effect"),
        ('urllib.request.urlopen("data:,x")', "no effect"),
        ('urllib.request.urlopen(URL + "/charges")', "no effect"),
    ],
)
def test_what_failed_or_only_read_is_no_effect(call: str, told: str) -> None:
    """A refused call, one that found nobody, a read, and what is no call at all."""
    call = f"try: {call}\n    except (OSError, urllib3.exceptions.HTTPError): pass"
    shown = specimen(call).run("--prodready-report", "-rs")
    shown.expect(findings=[], text="the first delivery had no effect that was heard")
    assert shown.report is not None
    assert shown.report["alarms"] == []


def test_a_replaced_handler_answers() -> None:
    """A suite that installs an opener of its own is heard: the seam is above the handlers."""
    call = """
    class Fake(urllib.request.HTTPHandler):
        def http_open(self, request):
            answer = urllib.response.addinfourl(io.BytesIO(b"{}"), {}, request.full_url, 200)
            answer.msg = "OK"
            return answer
    urllib.request.build_opener(Fake).open("http://localhost/charges", b"{}")
"""
    shown = specimen(call.strip()).run("--prodready-report")
    shown.expect(
        findings=["idempotent/duplicate-effect POST /op"], text="POST localhost/charges -> 200 at test_op.py:"
    )
