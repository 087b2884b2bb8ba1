"""Starlette's and FastAPI's TestClient, heard at its transport.

The transport is the client's side of the application: outer middleware is included, which a seam at the
application itself would miss. Starlette takes ``httpx2`` where it is installed and ``httpx`` otherwise;
the stream type is therefore taken from the module that the test client itself imported.
"""

from __future__ import annotations

import copy
from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .conversation import converse
from .exchange import AsgiRequest, HttpxRequest
from .operations import arrive
from .tee import SyncTee

_WEBSOCKET = ("ws", "wss")
_LIBRARY = Library(
    "Starlette client",
    "starlette",
    "0.27",
    "`TestClient`, also of FastAPI, from 0.103",
    "WebSockets",
)


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        transport = reach(module, "_TestClientTransport")
        tee = type("ListeningStream", (SyncTee, reach(module, "httpx.SyncByteStream")), {})

        def listening(original: Any) -> Any:
            def handle_request(self: Any, request: Any) -> Any:
                if request.url.scheme in _WEBSOCKET or not recorder.listens():
                    return original(self, request)
                request.read()
                heard = StarletteRequest(request, original, self, tee)
                recording = arrive(recorder, "TestClient", heard.arrival, heard.path)
                return converse(recorder, recording, heard)

            return handle_request

        patcher.replace(transport, "handle_request", listening)

    return [Seam("TestClient", "starlette.testclient", _LIBRARY, install)]


class StarletteRequest(AsgiRequest):
    """A request of the TestClient, whose event loop is behind a portal."""

    def apart(self) -> HttpxRequest:
        from anyio.from_thread import start_blocking_portal

        transport = copy.copy(self._transport)
        transport.portal_factory = start_blocking_portal
        return self.through(transport)
