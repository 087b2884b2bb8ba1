"""What the seams of ``httpx`` clients share: one of their requests as a conversation has it.

``httpx`` and ``httpx2`` are different packages with the same classes, so everything here is built from
the objects at hand and never imports either of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._model.behaviour import Redelivery
from .._runtime.recorder import Arrival, Recording
from .conversation import altered
from .tee import AsyncTee, SyncTee

_BODILESS = (204, 205, 304)


class HttpxRequest:
    """A request on its way through a synchronous transport.

    Args:
        request: the library's own request, its body read unless it is a stream.
        transport: what passes it on.
        application: the application that is asked, for its routes.
        tee: the library's stream type, with ours mixed in.
    """

    def __init__(
        self,
        request: Any,
        transport: Callable[[Any], Any],
        application: Any,
        tee: type[SyncTee] | type[AsyncTee],
    ) -> None:
        self._request = request
        self._transport = transport
        self._application = application
        self._tee = tee
        self.path: str = request.url.path
        self.arrival = Arrival(
            method=request.method.upper(),
            url=str(request.url),
            body=request.__dict__.get("_content"),  # a stream that nobody has read stays unread
            headers={name.lower(): value for name, value in request.headers.items()},
            application=application,
        )

    def send(self) -> Any:
        return self._transport(self._request)

    def whole(self, answer: Any) -> bool:
        return (
            "content-length" in answer.headers
            or answer.status_code in _BODILESS
            or self._request.method == "HEAD"
        )

    def finish(self, answer: Any, recording: Recording) -> Any:
        recording.close(answer.status_code, answer.read())
        return answer

    def follow(self, answer: Any, recording: Recording) -> Any:
        answer.stream = self._tee(answer.stream, recording, answer.status_code)
        return answer

    def drop(self, answer: Any) -> Any:
        return answer.close()

    def twin(self, redelivery: Redelivery) -> HttpxRequest | None:
        request = self._request
        body = request.__dict__.get("_content")
        headers = list(request.headers.raw)
        if redelivery.altered:
            body = altered(body or b"")
            if body is None:
                return None
            headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
        twin = type(request)(
            request.method, request.url, headers=headers, content=body, extensions=dict(request.extensions)
        )
        return type(self)(twin, self._transport, self._application, self._tee)


class AsyncHttpxRequest(HttpxRequest):
    """The same on its way through a transport that is awaited."""

    async def finish(self, answer: Any, recording: Recording) -> Any:
        recording.close(answer.status_code, await answer.aread())
        return answer

    def drop(self, answer: Any) -> Any:
        return answer.aclose()
