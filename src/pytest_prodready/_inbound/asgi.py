"""An ASGI application as a live server calls it, with a listener in between.

A whole answer is held back until the application has finished, background tasks included, as the clients
that call in process do; one that does not finish soon is let go, and its delivery is not judged. Where a test
is only watched that is a quarter of a second, so that no client's patience ends before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from .._runtime.recorder import Recorder
from .._runtime.recording import Arrival, Recording
from . import live
from .conversation import converse_async
from .edits import PLAIN, Edit
from .request import Request
from .wsgi import BODILESS

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[Any]]

# Seconds; in a trial nobody but the trial waits.
_PATIENCE_OF_TRIAL = 1.0
_PATIENCE = 0.25
_GONE: Message = {"type": "http.disconnect"}


def heard(recorder: Recorder, seam: str, application: Application) -> Application:
    """The application, listened to where a test sends it a request.

    Args:
        recorder: where the delivery is written down.
        seam: the server's name.
        application: what the server was to call.
    """

    async def listening(scope: Any, receive: Receive, send: Send) -> Any:
        if not _is_delivery(recorder, application, scope):
            return await application(scope, receive, send)
        inlet = Inlet(receive)
        body = None if _is_stream(scope) else await inlet.read()
        if inlet.gone:
            return await application(scope, inlet, send)
        outlet = Outlet(send, _PATIENCE_OF_TRIAL if recorder.trying else _PATIENCE)
        request = AsgiRequest(application, scope, body, inlet, outlet)
        recording = None
        with recorder.harmless(seam):
            recording = live.arrive(recorder, seam, request.arrival, scope["path"])
        if recording is None:
            return await application(scope, inlet, send)
        outlet.recording = recording
        try:
            await converse_async(recorder, recording, request)
        finally:
            await outlet.flush()

    return listening


def _is_delivery(recorder: Recorder, application: Any, scope: Any) -> bool:
    if scope["type"] != "http" or not scope.get("server"):
        return False
    return live.is_delivery(recorder, application, scope["method"], scope["server"][1], scope["path"])


def _is_stream(scope: Any) -> bool:
    return any(name.lower() == b"transfer-encoding" for name, _ in scope["headers"])


class AsgiRequest(Request):
    """A request on its way to an ASGI application.

    Args:
        application: what is asked.
        scope: the request; the application gets this very object.
        body: its body, or None for a stream that has not been read.
        inlet: what the application receives.
        outlet: where the application sends.
    """

    def __init__(
        self, application: Application, scope: Any, body: bytes | None, inlet: Receive, outlet: Outlet
    ) -> None:
        self._application = application
        self._scope = scope
        self._pristine = _copied(scope)
        self._body = body
        self._inlet = inlet
        self.outlet = outlet
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        query = scope.get("query_string", b"").decode("latin-1")
        url = f"{scope['path']}?{query}" if query else scope["path"]
        self.arrival = Arrival(scope["method"].upper(), url, body, headers, application)

    async def send(self) -> Outlet:
        await self._application(self._scope, self._inlet, self.outlet)
        return self.outlet

    def whole(self, answer: Outlet) -> bool:
        return answer.holds

    async def finish(self, answer: Outlet, recording: Recording) -> Outlet:
        recording.close(answer.status, answer.body)
        return answer

    def follow(self, answer: Outlet, recording: Recording) -> Outlet:
        recording.close(answer.status, answer.body)
        return answer

    async def drop(self, answer: Outlet) -> None:
        """Nobody waits for it."""

    def twin(self, edit: Edit = PLAIN) -> AsgiRequest:
        scope, body = _copied(self._pristine), (self._body or b"") if edit.body is None else edit.body
        scope["headers"] = edit.over(list(scope["headers"]))
        outlet = Outlet(None)
        return AsgiRequest(self._application, scope, body, Inlet(outlet.wait, body), outlet)


class Inlet:
    """What an application receives: what has been read already, then whatever comes."""

    def __init__(self, receive: Receive, body: bytes | None = None) -> None:
        self._receive = receive
        self._read: list[Message] = []
        self.gone = False
        if body is not None:
            self._read.append({"type": "http.request", "body": body, "more_body": False})

    async def read(self) -> bytes:
        """The whole body, which the application will receive all the same."""
        more = True
        while more and not self.gone:
            message = await self._receive()
            self._read.append(message)
            self.gone = message["type"] != "http.request"
            more = message.get("more_body", False)
        return b"".join(message.get("body", b"") for message in self._read)

    async def __call__(self) -> Message:
        return self._read.pop(0) if self._read else await self._receive()


class Outlet:
    """Where an application sends: a whole answer is held, a stream passes as it comes.

    Args:
        send: the server's own; None for a duplicate, whose answer nobody gets.
        patience: for how many seconds a whole answer is held.

    Attributes:
        status: the answer's.
        body: of a whole answer, as far as it was sent.
        holds: the answer is whole, and is still held.
        recording: closed when the answer ends.
    """

    def __init__(self, send: Send | None, patience: float = _PATIENCE_OF_TRIAL) -> None:
        self._send = send
        self._patience = patience
        self._held: list[Message] = []
        self._complete = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._giving_up: asyncio.Task[None] | None = None
        self._long = False
        self.status = 500
        self.body = b""
        self.holds = True
        self.recording: Recording | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            names = {name.lower() for name, _ in message.get("headers", ())}
            self._long = b"content-length" not in names and self.status not in BODILESS
        if not self.holds:
            await self._pass_on(message)
            return
        self._held.append(message)
        if message["type"] == "http.response.body":
            await self._judge(message)

    async def _judge(self, message: Message) -> None:
        """Whether what was sent so far is whole, part of what will be, or a stream."""
        self.body += message.get("body", b"")
        if not message.get("more_body", False):
            self._complete.set()
            self._timer = asyncio.get_running_loop().call_later(self._patience, self._give_up)
        elif self._long:
            await self._let_go("streaming")

    async def _let_go(self, limit: str) -> None:
        self.holds = False
        if self.recording is not None:
            self.recording.limits.add(limit)
        held, self._held = self._held, []
        for message in held:
            await self._pass_on(message)

    async def _pass_on(self, message: Message) -> None:
        if self._send is None:
            self._complete.set()
            raise OSError("nobody waits for the answer to a duplicate")
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._complete.set()
            if self.recording is not None:
                self.recording.close(self.status)
        await self._send(message)

    def _give_up(self) -> None:
        if self.holds:
            self._giving_up = asyncio.ensure_future(self._let_go("unfinished"))

    async def flush(self) -> None:
        """Send what is held; the conversation is over."""
        if self._timer is not None:
            self._timer.cancel()
        if self.holds and self._send is not None:
            self.holds = False
            for message in self._held:
                await self._send(message)

    async def wait(self) -> Message:
        """What an application receives behind the body: that the client is gone, once it was answered."""
        await self._complete.wait()
        return _GONE


def _copied(scope: Any) -> Any:
    """A scope for another request; what the lifespan left in ``state`` is each request's own copy."""
    copy = dict(scope)
    copy["headers"] = list(scope["headers"])
    for name in ("state", "extensions"):
        if isinstance(scope.get(name), dict):
            copy[name] = dict(scope[name])
    return copy
