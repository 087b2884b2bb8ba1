"""A WSGI application as a live server calls it, with a listener in between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import chain
from typing import Any

from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from . import live
from .conversation import converse
from .wsgi import Answer, Environ, WsgiRequest, path_of

Application = Callable[[Environ, Any], Iterable[bytes]]


def heard(recorder: Recorder, seam: str, application: Application) -> Application:
    """The application, listened to where a test sends it a request.

    Args:
        recorder: where the delivery is written down.
        seam: the server's name.
        application: what the server was to call.
    """

    def listening(environ: Environ, start_response: Any) -> Any:
        replies: list[_Reply] = []

        def run(given: Environ) -> Answer:
            replies.append(_Reply())
            return replies[-1].of(application, given)

        opened = None
        with recorder.harmless(seam):
            opened = _open(recorder, seam, environ, run, application)
        if opened is None:
            return application(environ, start_response)
        chunks, status, headers = converse(recorder, *opened)
        replies[0].goes_out(start_response, start_response(status, headers))
        return chunks

    return listening


def _open(
    recorder: Recorder, seam: str, environ: Environ, run: Callable[[Environ], Answer], application: Any
) -> tuple[Recording, LiveWsgiRequest] | None:
    method, port = str(environ["REQUEST_METHOD"]).upper(), int(environ["SERVER_PORT"])
    whole_path = path_of({"PATH_INFO": environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")})
    if not live.is_delivery(recorder, application, method, port, whole_path):
        return None
    request = LiveWsgiRequest(environ, _body(environ), run, application)
    return live.arrive(recorder, seam, request.arrival, path_of(environ)), request


def _body(environ: Environ) -> bytes | None:
    """The body, put back for the application to read; a stream is left alone.

    Nothing behind it is read: the connection stays open, and there is no end to wait for.
    """
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return None
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(size) if size else b""
    environ["wsgi.input"] = BytesIO(body)
    return body


class LiveWsgiRequest(WsgiRequest):
    """A request on its way from a server: an answer may be whole without saying how long it is."""

    def whole(self, answer: Answer) -> bool:
        chunks = answer[0]
        # Django's responses are iterables of their own, and say so.
        known = isinstance(chunks, (list, tuple)) or getattr(chunks, "streaming", None) is False
        return known or super().whole(answer)

    def finish(self, answer: Answer, recording: Recording) -> Answer:
        chunks, status, _ = answer
        if isinstance(chunks, (list, tuple)):
            # Kept as it is: of a list with one entry the server itself tells the length.
            recording.close(int(status.partition(" ")[0]), b"".join(chunks))
            return answer
        return super().finish(answer, recording)

    def counterpart(self, first: Any, other: Any) -> None:
        """None: an answer goes out by the connection of its own request."""


class _Reply:
    """What an application tells by ``start_response`` and ``write``, kept until it may go out."""

    def __init__(self) -> None:
        self._told: tuple[str, Any] | None = None
        self._written: list[bytes] = []
        self._start: Any = None
        self._write: Any = None

    def of(self, application: Application, environ: Environ) -> Answer:
        """Call the application; one that is a generator starts its response with its first chunk."""
        chunks: Any = application(environ, self._start_response)
        if self._told is None or self._written:
            head, rest = [], iter(chunks)
            for chunk in rest if self._told is None else ():
                head.append(chunk)
                if self._told is not None:
                    break
            chunks = _Resumed([*self._written, *head], rest, chunks)
        if self._told is None:
            raise AssertionError("the application did not call start_response")
        status, headers = self._told
        return chunks, status, headers

    def goes_out(self, start_response: Any, write: Any) -> None:
        """From now on the server itself is told."""
        self._start, self._write = start_response, write

    def _start_response(self, status: str, headers: Any, exc_info: Any = None) -> Any:
        if self._start is not None:
            return self._start(status, headers, exc_info)
        self._told = (status, headers)
        return self._pass_on

    def _pass_on(self, data: bytes) -> None:
        if self._write is not None:
            self._write(data)
        else:
            self._written.append(data)


class _Resumed:
    """Chunks of which some have been taken."""

    def __init__(self, head: list[bytes], rest: Iterator[bytes], chunks: Any) -> None:
        self._all = chain(head, rest)
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._all

    def close(self) -> None:
        """What the application wants to be told at the end."""
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()
