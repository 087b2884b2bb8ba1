import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from badges import create_app


@pytest.fixture
def printer():
    jobs = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            jobs.append((self.path, body))
            answer = b'{"job": 4711}'
            self.send_response(202)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        server.jobs = jobs
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(tmp_path, printer):
    app = create_app(f"sqlite:///{tmp_path / 'fair.db'}", f"http://127.0.0.1:{printer.server_port}")
    return app.test_client()
