import json
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from meters import SCHEMA, Exporter, Reading


@pytest.fixture
def grid():
    fed_in = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fed_in.append((self.path, body))
            answer = b'{"accepted": true}'
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        server.fed_in = fed_in
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def exporter(tmp_path, grid):
    path = str(tmp_path / "meters.db")
    con = sqlite3.connect(path)
    con.executescript(SCHEMA)
    con.close()
    return Exporter(path, f"http://127.0.0.1:{grid.server_port}")


@pytest.mark.idempotent
def test_a_reading_is_fed_in(prodready, exporter, grid):
    prodready.deliver(exporter.on_reading, Reading("DE-0071", "2031-06-01", 18.25))
    assert grid.fed_in[0] == ("/meters/DE-0071/feed-in", {"day": "2031-06-01", "kwh": 18.25})


def test_each_day_counts(prodready, exporter, grid):
    for day in ("2031-06-02", "2031-06-03"):
        prodready.deliver(exporter.on_reading, Reading("DE-0071", day, 7.5))
    assert len(grid.fed_in) == 2
