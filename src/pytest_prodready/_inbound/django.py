"""Django's test clients, sync and async, and DRF's, which is a subclass of the first.

Heard at the handler that a client calls: there the client has put its cookies into the request, and has
not yet taken those of the answer. A user whom DRF's client forces in is kept on the handler, and so
comes with the duplicate as well.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Arrival, Recording
from .conversation import converse, converse_async
from .django_stage import Stage
from .edits import PLAIN, Edit
from .request import Request
from .urlconf import operation_of
from .wsgi import arrival_of, path_of

_NAME = "Django client"
_LIBRARY = Library(
    "Django client",
    "django",
    "4.2",
    "`Client`, `AsyncClient`, `TestCase.client`, and Django REST framework's `APIClient`",
)


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        stage = Stage(module)
        stage.listen()
        patcher.on_close(stage.close)

        def listening(original: Any) -> Any:
            def __call__(self: Any, environ: Any) -> Any:
                if not recorder.listens():
                    return original(self, environ)
                request = DjangoRequest(stage, environ, functools.partial(original, self))
                return converse(recorder, _arrive(recorder, request), request)

            return __call__

        def listening_async(original: Any) -> Any:
            async def __call__(self: Any, scope: Any) -> Any:
                if not recorder.listens():
                    return await original(self, scope)
                request = AsyncDjangoRequest(stage, scope, functools.partial(original, self))
                return await converse_async(recorder, _arrive(recorder, request), request)

            return __call__

        patcher.replace(reach(module, "ClientHandler"), "__call__", listening)
        patcher.replace(reach(module, "AsyncClientHandler"), "__call__", listening_async)

    return [Seam(_NAME, "django.test.client", _LIBRARY, install)]


def _arrive(recorder: Recorder, request: DjangoRequest) -> Recording:
    operation = operation_of(recorder, request.arrival.method, request.path)
    return recorder.arrive(_NAME, request.arrival, operation)


class DjangoRequest(Request):
    """A request on its way to a handler.

    Args:
        stage: Django's own.
        environ: the request; the handler gets this very object.
        handler: passes it on and returns a response.
        twin: it is a duplicate, of which the client must not see anything.
    """

    def __init__(self, stage: Stage, environ: Any, handler: Callable[[Any], Any], twin: bool = False) -> None:
        self._stage = stage
        self._environ = environ
        self._handler = handler
        self._twin = twin
        self._noticed: list[BaseException] = []
        self._body = self._read(environ)
        # Taken before the application sees the environ: what it puts there is its own.
        self._pristine = dict(environ)
        self.path, self.arrival = self._understand(environ)

    def _read(self, environ: Any) -> bytes:
        """The body, put back for the application to read."""
        source = environ.get("wsgi.input")
        body: bytes = source.read() if source is not None else b""
        environ["wsgi.input"] = self._stage.payload(body)
        return body

    def _understand(self, environ: Any) -> tuple[str, Arrival]:
        # The client sends an empty header where its jar is empty, which is nobody's credential.
        given = {name: value for name, value in environ.items() if name != "HTTP_COOKIE" or value}
        return path_of(environ), arrival_of(given, self._body, None)

    @contextmanager
    def _observed(self) -> Iterator[None]:
        with self._stage.noticing(self._noticed):
            if self._twin:
                with self._stage.unseen():
                    yield
            else:
                yield

    def send(self) -> Any:
        with self._observed():
            return self._handler(self._environ)

    def whole(self, answer: Any) -> bool:
        return not answer.streaming

    def finish(self, answer: Any, recording: Recording) -> Any:
        recording.gives(morsel.OutputString() for morsel in answer.cookies.values())
        recording.close(answer.status_code, answer.content, self._error)
        return answer

    def follow(self, answer: Any, recording: Recording) -> Any:
        recording.gives(morsel.OutputString() for morsel in answer.cookies.values())
        if answer.streaming:
            self._stage.follow(answer, recording)
        elif recording.compared:
            return self.finish(answer, recording)
        else:
            recording.close(answer.status_code, b"", self._error)
        return answer

    def drop(self, answer: Any) -> Any:
        if answer.streaming:
            self._stage.drop(answer)

    def twin(self, edit: Edit = PLAIN) -> DjangoRequest:
        environ = dict(self._pristine)
        self._change(environ, edit)
        self._put(environ, self._body if edit.body is None else edit.body)
        return type(self)(self._stage, environ, self._handler, twin=True)

    def leave_thread(self) -> None:
        """Django keeps a connection a thread, and would find it open when it drops the test's database."""
        self._stage.close_connections()

    def _change(self, environ: Any, edit: Edit) -> None:
        edit.over_environ(environ)

    def _put(self, environ: Any, body: bytes) -> None:
        environ["wsgi.input"] = self._stage.payload(body)

    @property
    def _error(self) -> BaseException | None:
        return self._noticed[-1] if self._noticed else None


class AsyncDjangoRequest(DjangoRequest):
    """The same on its way to a handler that is awaited; ``environ`` is an ASGI scope."""

    def _read(self, environ: Any) -> bytes:
        source = environ.get("_body_file")
        body: bytes = source.read() if source is not None else b""
        environ["_body_file"] = self._stage.payload(body)
        return body

    def _understand(self, environ: Any) -> tuple[str, Arrival]:
        path = str(environ["path"])
        query = environ.get("query_string") or ""
        query = query.decode("latin-1") if isinstance(query, bytes) else str(query)
        pairs = [(_text(name).lower(), _text(value)) for name, value in environ.get("headers", ())]
        headers = {name: value for name, value in pairs if name != "cookie" or value}
        url = f"{path}?{query}" if query else path
        return path, Arrival(str(environ["method"]).upper(), url, self._body, headers)

    async def send(self) -> Any:
        with self._observed():
            return await self._handler(self._environ)

    async def finish(self, answer: Any, recording: Recording) -> Any:
        return super().finish(answer, recording)

    def follow(self, answer: Any, recording: Recording) -> Any:
        if answer.streaming or not recording.compared:
            return super().follow(answer, recording)
        return super().finish(answer, recording)

    async def drop(self, answer: Any) -> Any:
        super().drop(answer)

    def _change(self, environ: Any, edit: Edit) -> None:
        environ["headers"] = edit.over([(_bytes(name), _bytes(value)) for name, value in environ["headers"]])

    def _put(self, environ: Any, body: bytes) -> None:
        environ["_body_file"] = self._stage.payload(body)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("latin-1")


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
