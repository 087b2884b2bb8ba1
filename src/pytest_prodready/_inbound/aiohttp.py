"""aiohttp.web: its TestClient, and any client that speaks to a server of this process.

Heard where the server hands a request to the application, in the test's own event loop or in a thread's.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Arrival, Recording
from . import live
from .aiohttp_routes import operation_of
from .conversation import converse_async
from .edits import PLAIN, Edit
from .request import Request

_NAME = "aiohttp.web"
Handler = Callable[[Any], Awaitable[Any]]
_LIBRARY = Library(
    "aiohttp.web",
    "aiohttp",
    "3.9",
    "`TestClient`, `aiohttp_client`, any heard HTTP client to a `TestServer` or runner",
    "WebSockets",
)


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        library = _Library(module)

        def listening(original: Any) -> Any:
            async def _handle_request(self: Any, request: Any, start_time: Any, handler: Handler) -> Any:
                application = getattr(handler, "__self__", handler)
                if not _is_delivery(recorder, application, request):
                    return await original(self, request, start_time, handler)

                async def heard(request: Any) -> Any:
                    return await _heard(recorder, library, application, request, handler)

                return await original(self, request, start_time, heard)

            return _handle_request

        patcher.replace(reach(module, "RequestHandler"), "_handle_request", listening)

    return [Seam(_NAME, "aiohttp.web_protocol", _LIBRARY, install)]


def _is_delivery(recorder: Recorder, application: Any, request: Any) -> bool:
    address = request.transport.get_extra_info("sockname") if request.transport is not None else None
    upgrades = request.headers.get("Upgrade", "").lower() == "websocket"
    if upgrades or not isinstance(address, tuple):
        return False
    return live.is_delivery(recorder, application, request.method, address[1], request.path)


async def _heard(
    recorder: Recorder, library: _Library, application: Any, request: Any, handler: Handler
) -> Any:
    body = await library.read(request)
    heard = AiohttpRequest(library, request, body, handler, application)
    recording = None
    with recorder.harmless(_NAME):
        operation = await operation_of(recorder, application, request)
        recording = live.opened(recorder, _NAME, heard.arrival, operation)
    if recording is None:
        return await handler(request)
    answer = await converse_async(recorder, recording, heard)
    if heard.refused:
        raise answer  # as the application did
    return answer


class _Library:
    """The classes of aiohttp that are needed; all have been imported by the server."""

    def __init__(self, module: ModuleType) -> None:
        self.refusal = reach(module, "HTTPException")
        self._reader = reach(module, "StreamReader")
        base = reach(sys.modules["aiohttp.abc"], "AbstractStreamWriter")
        self.nowhere: Any = type("Nowhere", (_Nowhere, base), {})

    async def read(self, request: Any) -> bytes | None:
        """The body, put back for the application to read; a stream is left alone.

        A client that waits for ``100 Continue`` has not sent it yet; the application's own side asks for it.
        """
        if "Transfer-Encoding" in request.headers or "Expect" in request.headers:
            return None
        body: bytes = await request.content.read()
        request._payload = self.stream(request, body)
        return body

    def stream(self, request: Any, body: bytes) -> Any:
        """A body to be read, with room for all of it, so that the connection is never paused."""
        reader = self._reader(request.protocol, len(body) + 1, loop=asyncio.get_running_loop())
        if body:
            reader.feed_data(body)
        reader.feed_eof()
        return reader


class AiohttpRequest(Request):
    """A request on its way to an application's handler.

    Args:
        library: aiohttp's classes.
        request: the library's own; the handler gets this very object.
        body: its body, or None for a stream that has not been read.
        handler: passes it on and returns a response.
        application: the application that is asked.
    """

    def __init__(
        self, library: _Library, request: Any, body: bytes | None, handler: Handler, application: Any
    ) -> None:
        self._library = library
        self._request = request
        self._pristine = request.clone()
        self._body = body
        self._handler = handler
        self._application = application
        self.refused = False
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.arrival = Arrival(request.method.upper(), str(request.rel_url), body, headers, application)

    async def send(self) -> Any:
        try:
            return await self._handler(self._request)
        except self._library.refusal as refusal:
            self.refused = True
            return refusal

    def whole(self, answer: Any) -> bool:
        return hasattr(answer, "body") and not answer.prepared

    async def finish(self, answer: Any, recording: Recording) -> Any:
        return self.follow(answer, recording)

    def follow(self, answer: Any, recording: Recording) -> Any:
        body = getattr(answer, "body", None)
        recording.close(getattr(answer, "status", 500), body if isinstance(body, bytes) else b"")
        return answer

    async def drop(self, answer: Any) -> None:
        """Nobody waits for it."""

    def twin(self, edit: Edit = PLAIN) -> AiohttpRequest:
        body = (self._body or b"") if edit.body is None else edit.body
        pairs = [(_encoded(name), _encoded(value)) for name, value in self._pristine.headers.items()]
        headers = self._pristine.headers.copy()
        headers.clear()
        headers.extend((_decoded(name), _decoded(value)) for name, value in edit.over(pairs))
        twin = self._pristine.clone(headers=headers)
        twin._payload = self._library.stream(twin, body)
        twin._payload_writer = self._library.nowhere()
        return AiohttpRequest(self._library, twin, body, self._handler, self._application)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


class _Nowhere:
    """Where the answer to a duplicate goes that its handler writes itself."""

    async def write(self, chunk: Any) -> None: ...

    async def write_eof(self, chunk: bytes = b"") -> None: ...

    async def drain(self) -> None: ...

    async def write_headers(self, status_line: str, headers: Any) -> None: ...

    def enable_compression(self, *_: Any, **__: Any) -> None: ...

    def enable_chunking(self) -> None: ...
