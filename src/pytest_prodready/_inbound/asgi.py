"""``ASGITransport`` of ``httpx`` and ``httpx2``: async clients that call the application in process."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from .._runtime.patcher import Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .conversation import converse_async
from .exchange import AsyncHttpxRequest, arrive
from .tee import AsyncTee


def seam(recorder: Recorder) -> list[Seam]:
    """One seam a package; where ``httpx2`` calls itself ``httpx``, the second stays away."""

    def install(patcher: Patcher, module: ModuleType) -> None:
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
                heard = AsyncHttpxRequest(request, functools.partial(original, self), self.app, tee)
                return await converse_async(recorder, arrive(recorder, module.__name__, heard), heard)

            return handle_async_request

        patcher.replace(transport, "handle_async_request", listening)

    return [
        Seam("httpx ASGITransport", "httpx", "httpx", install),
        Seam("httpx2 ASGITransport", "httpx2", "httpx2", install),
    ]
