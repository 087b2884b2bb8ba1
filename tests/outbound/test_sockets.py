"""Connections that no seam speaks for: told as an unknown dependency, and counted for nobody else."""

from __future__ import annotations

import socket

import pytest

from pytest_prodready._outbound import sockets
from pytest_prodready._runtime.patcher import Patcher
from pytest_prodready._runtime.recorder import Recorder
from pytest_prodready.testing import Specimen

APP = """
import asyncio
import http.client
import http.server
import json
import logging.handlers
import smtplib
import socket
import sqlite3
import threading
import urllib.request

import aiohttp
import httpx
import pytest
import requests
import urllib3
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{{}}")

    do_GET = do_PUT = do_POST

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
HOST = server.server_address
URL = f"http://127.0.0.1:{{HOST[1]}}"
BEFORE = http.client.HTTPConnection(*HOST)
KEPT = []
app = FastAPI()


def row(word):
    con = sqlite3.connect(PATH[0])
    with con:
        con.execute("insert or ignore into words values (?)", (word,))
    con.close()


PATH = [""]


@app.post("/op")
{kind}def op():
    row("x")
    {call}
    return {{}}


@pytest.mark.idempotent
def test_op(tmp_path):
    PATH[:] = [str(tmp_path / "words.db")]
    con = sqlite3.connect(PATH[0])
    con.execute("create table words (word text primary key)")
    con.close()
    {before}
    assert TestClient(app).post("/op").status_code == {status}
"""

POST = "POST /op HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\n\\r\\n"
UNKNOWN = {
    "a socket": f'with socket.create_connection(HOST) as s: s.sendall(b"{POST}"); s.recv(1)',
    "its file": f'with socket.create_connection(HOST) as s, s.makefile("wb") as f: f.write(b"{POST}")',
    "http.client": 'c = http.client.HTTPConnection(*HOST); c.request("POST", "/op", "{}"); c.getresponse().read(); c.close()',
    "a connection kept since the first delivery": """
    if not KEPT: KEPT.append(http.client.HTTPConnection(*HOST))
    KEPT[0].request("POST", "/op", "{}"); KEPT[0].getresponse().read()
""".strip(),
    "a thread": f'''
    def work():
        with socket.create_connection(HOST) as s: s.sendall(b"{POST}")
    t = threading.Thread(target=work); t.start(); t.join()
'''.strip(),
    "streams": f"""
    async def work():
        reader, writer = await asyncio.open_connection(*HOST)
        writer.write(b"{POST}"); await writer.drain(); await reader.read(1)
        writer.close(); await writer.wait_closed()
    await work()
""".strip(),
    "aiohttp.request": """
    async with aiohttp.request("POST", URL + "/op") as answer: await answer.read()
""".strip(),
}
SPOKEN = {
    "httpx": 'httpx.put(URL + "/op").raise_for_status()',
    "httpx with asyncio": """
    async with httpx.AsyncClient() as c: (await c.put(URL + "/op")).raise_for_status()
""".strip(),
    "requests": 'requests.put(URL + "/op")',
    "urllib3": 'urllib3.PoolManager().request("PUT", URL + "/op")',
    "urllib": 'urllib.request.urlopen(urllib.request.Request(URL + "/op", method="PUT")).read()',
    "aiohttp": """
    async with aiohttp.ClientSession() as c:
        async with c.put(f"http://localhost:{HOST[1]}/op") as answer: await answer.read()
""".strip(),
    "a read of the dependency's own name": 'socket.getaddrinfo("localhost", 80)',
    "a pair": 'a, b = socket.socketpair(); a.sendall(b"x"); b.recv(1); a.close(); b.close()',
    "a datagram": 's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b"x", HOST); s.close()',
    "a connection that sends nothing": "socket.create_connection(HOST).close()",
    "a connection that was there before": 'BEFORE.request("POST", "/op", "{}"); BEFORE.getresponse().read()',
    "a log": """
    h = logging.handlers.SocketHandler(*HOST); h.emit(logging.makeLogRecord({})); h.close()
""".strip(),
    "a server of one's own": """
    with socket.create_server(("127.0.0.1", 0)) as s:
        accepted = []
        t = threading.Thread(target=lambda: accepted.append(s.accept()[0])); t.start()
        c = socket.create_connection(s.getsockname()); t.join()
        accepted[0].sendall(b"x"); c.recv(1); accepted[0].close(); c.close()
""".strip(),
    "an event loop of one's own": "threading.Thread(target=asyncio.run, args=(asyncio.sleep(0),)).start()",
}


def specimen(call: str, *, before: str = "pass", status: int = 200) -> Specimen:
    text = APP.format(call=call, before=before, status=status, kind="async " if "await" in call else "")
    # Connections that a test leaves open are none of ours.
    return Specimen(
        {"test_op.py": text, "pytest.ini": "[pytest]\nfilterwarnings = ignore::ResourceWarning\n"}
    )


@pytest.mark.parametrize("way", UNKNOWN)
def test_a_repeated_send_is_not_judged(way: str) -> None:
    """It is told, with its address; whether it acted a second time nobody knows."""
    shown = specimen(UNKNOWN[way]).run("-rs")
    shown.expect(findings=[], outcomes={"passed": 1, "skipped": 1}, text="a dependency that no seam hears")
    assert shown.report is not None
    assert shown.report["alarms"] == []


@pytest.mark.parametrize("way", SPOKEN)
def test_what_is_spoken_for_or_does_not_leave_makes_no_noise(way: str) -> None:
    """A library that is heard tells of its own traffic; servers, look-ups and datagrams are no dependencies."""
    before = 'BEFORE.request("GET", "/"); BEFORE.getresponse().read()' if "BEFORE." in SPOKEN[way] else "pass"
    shown = specimen(SPOKEN[way], before=before).run("-rs")
    shown.expect(findings=[], held=["idempotent POST /op"])
    assert shown.report is not None
    assert shown.report["alarms"] == []


def test_a_send_that_is_not_repeated_is_held() -> None:
    """The duplicate sends nothing: what the first delivery sent was not sent twice."""
    call = f"if not KEPT: KEPT.append(1); {UNKNOWN['http.client']}"
    specimen(call).run().expect(findings=[], held=["idempotent POST /op"])


def test_an_address_beyond_loopback_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for any other call that really leaves: unsafe."""
    monkeypatch.setattr("pytest_prodready._outbound.sockets.is_loopback", lambda host: False)
    specimen(UNKNOWN["http.client"]).run("-rs").expect(
        findings=[], text="not judged: the delivery reached an address"
    )


def test_a_finding_tells_of_what_was_sent_beside_it() -> None:
    """A second row is proven, and the unknown dependency is part of the story."""
    call = f"row(str(len(KEPT))); KEPT.append(1)\n    {UNKNOWN['a socket']}"
    shown = specimen(call).run()
    shown.expect(findings=["idempotent/duplicate-effect POST /op"], text="; unknown dependency 127.0.0.1:")


def test_rows_after_a_send_may_record_its_failure() -> None:
    """What an unknown dependency answered is not known, so rows that followed it prove nothing."""
    call = UNKNOWN["a socket"] + '\n    row("failed"); raise HTTPException(502)'
    shown = specimen(call.replace('    row("x")', ""), status=502)
    text = shown.files["test_op.py"].replace('    row("x")\n', "")
    run = Specimen({**shown.files, "test_op.py": text}).run()
    run.expect(findings=[])
    assert "atomic POST /op" in run.cells("not-judged")


def test_rows_before_a_send_prove_what_they_are() -> None:
    """They were committed before the dependency was asked, and stay when the request fails."""
    call = UNKNOWN["a socket"] + "\n    raise HTTPException(502)"
    specimen(call, status=502).run().expect(findings=["atomic/effects-after-failure POST /op"])


def test_somebody_who_puts_connect_back_is_no_alarm() -> None:
    """pytest-socket puts ``connect`` back after each test, whatever it was."""
    original, patcher = socket.socket.connect, Patcher()
    for one in sockets.seam(Recorder("nowhere")):
        patcher.listen(one)
    assert socket.socket.connect is not original
    setattr(socket.socket, "connect", original)  # noqa: B010
    patcher.close()
    assert patcher.alarms == []
    assert "connect" not in vars(socket.socket)
