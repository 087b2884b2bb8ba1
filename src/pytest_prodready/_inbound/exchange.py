"""What the seams of ``httpx`` clients share: one of their requests as a conversation has it.

``httpx`` and ``httpx2`` are different packages with the same classes, so everything here is built from
the objects at hand and never imports either of them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from .._runtime.recording import Arrival, Recording
from .beside import died
from .edits import PLAIN, Edit
from .request import Request
from .tee import AsyncTee, SyncTee

_BODILESS = (204, 205, 304)


class HttpxRequest(Request):
    """A request on its way through a synchronous transport.

    Args:
        request: the library's own request, its body read unless it is a stream.
        handle: the transport's method that passes it on.
        transport: the transport, which has the application as ``app``.
        tee: the library's stream type, with ours mixed in.
    """

    def __init__(
        self,
        request: Any,
        handle: Callable[[Any, Any], Any],
        transport: Any,
        tee: type[SyncTee] | type[AsyncTee],
    ) -> None:
        self._request = request
        self._handle = handle
        self._transport = transport
        self._tee = tee
        self.path: str = request.url.path
        self.arrival = Arrival(
            method=request.method.upper(),
            url=str(request.url),
            body=request.__dict__.get("_content"),  # a stream that nobody has read stays unread
            headers={name.lower(): value for name, value in request.headers.items()},
            application=transport.app,
        )

    def send(self) -> Any:
        return self._handle(self._transport, self._request)

    def whole(self, answer: Any) -> bool:
        return (
            "content-length" in answer.headers
            or answer.status_code in _BODILESS
            or self._request.method == "HEAD"
        )

    def finish(self, answer: Any, recording: Recording) -> Any:
        recording.gives(answer.headers.get_list("set-cookie"))
        recording.close(answer.status_code, answer.read())
        return answer

    def follow(self, answer: Any, recording: Recording) -> Any:
        recording.gives(answer.headers.get_list("set-cookie"))
        answer.stream = self._tee(answer.stream, recording, answer.status_code)
        return answer

    def drop(self, answer: Any) -> Any:
        return answer.close()

    def twin(self, edit: Edit = PLAIN) -> HttpxRequest:
        request = self._request
        body = request.__dict__.get("_content") if edit.body is None else edit.body
        headers = edit.over(list(request.headers.raw))
        twin = type(request)(
            request.method, request.url, headers=headers, content=body, extensions=dict(request.extensions)
        )
        twin.headers = type(request.headers)(headers)  # httpx 0.27 adds a length to what came in chunks
        return type(self)(twin, self._handle, self._transport, self._tee)

    def through(self, transport: Any) -> HttpxRequest:
        """The same request through another transport."""
        return type(self)(self._request, self._handle, transport, self._tee)


class AsgiRequest(HttpxRequest):
    """The same where the application is an ASGI application, which an event loop runs."""

    def contained(self) -> HttpxRequest:
        transport = copy.copy(self._transport)
        transport.app = Contained(transport.app)
        return self.through(transport)


class AsyncRequest(AsgiRequest):
    """The same on its way through a transport that is awaited."""

    async def finish(self, answer: Any, recording: Recording) -> Any:
        recording.gives(answer.headers.get_list("set-cookie"))
        recording.close(answer.status_code, await answer.aread())
        return answer

    def drop(self, answer: Any) -> Any:
        return answer.aclose()


class Lost(Exception):
    """What a client of a delivery that a trial let die is told: the connection is lost."""


class Contained:
    """An ASGI application out of which the trial's end of a delivery comes as an ordinary exception.

    Event loops and portals take any other as their own end.

    Args:
        application: the application.
    """

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, *arguments: Any) -> None:
        try:
            await self._application(*arguments)
        except BaseException as error:
            if died(error):
                raise Lost("the trial let this delivery die") from None
            raise
