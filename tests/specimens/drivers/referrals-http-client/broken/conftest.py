import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient

import referrals


class Clinic(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(201)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def clinic(monkeypatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), Clinic) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        monkeypatch.setattr(referrals, "clinic", server.server_address)
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setattr(referrals, "database", str(tmp_path / "referrals.db"))
    con = sqlite3.connect(referrals.database)
    con.executescript(referrals.SCHEMA)
    con.close()
    return TestClient(referrals.app)
