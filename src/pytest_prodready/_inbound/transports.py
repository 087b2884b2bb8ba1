"""``ASGITransport`` and ``WSGITransport`` of ``httpx`` and ``httpx2``: clients that call in process."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .conversation import converse, converse_async
from .exchange import AsyncRequest, HttpxRequest
from .operations import arrive
from .tee import AsyncTee, SyncTee

_HTTPX = Library("httpx transport", "httpx", "0.24.1", "`ASGITransport` and `WSGITransport`")
_HTTPX2 = Library("httpx2 transport", "httpx2", "2.0", "`ASGITransport` and `WSGITransport`")


def seam(recorder: Recorder) -> list[Seam]:
    """Two seams a package; where ``httpx2`` calls itself ``httpx``, the second stays away."""

    def install_asgi(patcher: Patcher, module: ModuleType) -> None:
        transport = reach(module, "ASGITransport")
        if getattr(transport.handle_async_request, "__wrapped__", None) is not None:
            return
        tee = type("ListeningStream", (AsyncTee, reach(module, "AsyncByteStream")), {})

        def listening(original: Any) -> Any:
            async def handle_async_request(self: Any, request: Any) -> Any:
                if not recorder.listens():
                    return await original(self, request)
                if "transfer-encoding" not in request.headers:
                    await request.aread()
                heard = AsyncRequest(request, original, self, tee)
                recording = arrive(recorder, module.__name__, heard.arrival, heard.path)
                return await converse_async(recorder, recording, heard)

            return handle_async_request

        patcher.replace(transport, "handle_async_request", listening)

    def install_wsgi(patcher: Patcher, module: ModuleType) -> None:
        transport = reach(module, "WSGITransport")
        if getattr(transport.handle_request, "__wrapped__", None) is not None:
            return
        tee = type("ListeningStream", (SyncTee, reach(module, "SyncByteStream")), {})

        def listening(original: Any) -> Any:
            def handle_request(self: Any, request: Any) -> Any:
                if not recorder.listens():
                    return original(self, request)
                if "transfer-encoding" not in request.headers:
                    request.read()
                heard = HttpxRequest(request, original, self, tee)
                recording = arrive(recorder, module.__name__, heard.arrival, heard.path)
                return converse(recorder, recording, heard)

            return handle_request

        patcher.replace(transport, "handle_request", listening)

    return [
        Seam("httpx ASGITransport", "httpx", _HTTPX, install_asgi),
        Seam("httpx2 ASGITransport", "httpx2", _HTTPX2, install_asgi),
        Seam("httpx WSGITransport", "httpx", _HTTPX, install_wsgi),
        Seam("httpx2 WSGITransport", "httpx2", _HTTPX2, install_wsgi),
    ]
