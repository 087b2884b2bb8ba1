import threading
import time

import pytest
import uvicorn

from shop import app


@pytest.fixture(scope="session")
def url():
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield "http://127.0.0.1:{}".format(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    thread.join()
