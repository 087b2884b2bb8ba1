"""What the seams of WSGI clients share: an environ as a conversation has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import quote

from .._runtime.recording import Arrival, Recording
from .edits import PLAIN, Edit
from .request import Request
from .tee import SyncTee

Environ = dict[str, Any]
Answer = tuple[Iterable[bytes], str, Any]

# What a framework or a client keeps in the environ of one request: a second one must not share it.
_OF_ONE_REQUEST = ("werkzeug.", "flask.")
BODILESS = (204, 205, 304)
_BARE_HEADERS = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


def read_body(environ: Environ) -> bytes:
    """The request's body, put back for the application to read."""
    body: bytes = environ["wsgi.input"].read() if environ.get("wsgi.input") is not None else b""
    environ["wsgi.input"] = BytesIO(body)
    return body


def arrival_of(environ: Mapping[str, Any], body: bytes | None, application: Any) -> Arrival:
    """An environ as an arrival."""
    headers = {
        name[5:].replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers.update(
        {header: str(environ[name]) for name, header in _BARE_HEADERS.items() if environ.get(name)}
    )
    query = environ.get("QUERY_STRING")
    path = quote(path_of(environ))
    return Arrival(
        method=str(environ["REQUEST_METHOD"]).upper(),
        url=f"{path}?{query}" if query else path,
        body=body,
        headers=headers,
        application=application,
    )


def path_of(environ: Mapping[str, Any]) -> str:
    """The path that the application is asked for, decoded (PEP 3333 keeps it as Latin-1)."""
    path = str(environ.get("PATH_INFO") or "/")
    return path.encode("latin-1", "replace").decode("utf-8", "replace")


class WsgiRequest(Request):
    """A request on its way to a WSGI application.

    Args:
        environ: the request; the application gets this very object.
        body: its body, which has been read; None for a stream that has not.
        run: passes it on and returns chunks, status line and headers.
        application: the application that is asked, for its routes.
    """

    def __init__(
        self, environ: Environ, body: bytes | None, run: Callable[[Environ], Answer], application: Any
    ) -> None:
        self._environ = environ
        self._body = body
        self._run = run
        self._application = application
        # Taken before the application sees the environ: what it puts there is its own.
        self._pristine = {
            name: value for name, value in environ.items() if not name.startswith(_OF_ONE_REQUEST)
        }
        self.arrival = arrival_of(environ, body, application)

    def send(self) -> Answer:
        return self._run(self._environ)

    def whole(self, answer: Answer) -> bool:
        _, status, headers = answer
        names = {str(name).lower() for name, _ in headers}
        return "content-length" in names or _code(status) in BODILESS or self.arrival.method == "HEAD"

    def finish(self, answer: Answer, recording: Recording) -> Answer:
        chunks, status, headers = answer
        recording.gives(_cookies(headers))
        kept = _Kept(chunks)
        recording.close(_code(status), b"".join(kept))
        return kept, status, headers

    def follow(self, answer: Answer, recording: Recording) -> Answer:
        recording.gives(_cookies(answer[2]))
        if not self.whole(answer):
            chunks, status, headers = answer
            return SyncTee(_Closing(chunks), recording, _code(status)), status, headers
        if recording.compared:
            return self.finish(answer, recording)
        # Nobody may ever read it: a test that looks at the status alone leaves the body where it is.
        recording.close(_code(answer[1]))
        return answer

    def drop(self, answer: Answer) -> None:
        _Closing(answer[0]).close()

    def twin(self, edit: Edit = PLAIN) -> WsgiRequest:
        environ, body = dict(self._pristine), (self._body or b"") if edit.body is None else edit.body
        edit.over_environ(environ)
        environ["wsgi.input"] = BytesIO(body)
        return type(self)(environ, body, self._run, self._application)


class _Closing:
    """Chunks whose ``close`` may be missing (PEP 3333 makes it optional)."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)

    def close(self) -> None:
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()


class _Kept(_Closing):
    """Chunks that have been read and can be read again."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__(chunks)
        self._read = list(chunks)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._read)


def _cookies(headers: Any) -> list[str]:
    return [str(value) for name, value in headers if str(name).lower() == "set-cookie"]


def _code(status: str) -> int:
    return int(str(status).partition(" ")[0])
