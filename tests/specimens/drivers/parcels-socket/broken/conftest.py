import sqlite3
import threading
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest

import parcels


class Printer(BaseRequestHandler):
    def handle(self):
        self.server.labels.append(self.request.recv(1024).decode())
        self.request.sendall(b"OK")


@pytest.fixture
def printer():
    with ThreadingTCPServer(("127.0.0.1", 0), Printer) as server:
        server.labels = []
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(tmp_path, printer):
    parcels.app.config.update(DATABASE=str(tmp_path / "parcels.db"), PRINTER=printer.server_address)
    con = sqlite3.connect(parcels.app.config["DATABASE"])
    con.execute(parcels.SCHEMA)
    con.close()
    return parcels.app.test_client()
