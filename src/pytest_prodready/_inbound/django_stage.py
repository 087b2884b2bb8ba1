"""What surrounds a request of Django's test clients: signals, and responses that are streams."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from .._runtime.patcher import reach
from .._runtime.recording import Recording

_UID = "prodready"
_raised: ContextVar[list[BaseException] | None] = ContextVar("prodready_django_raised", default=None)


def _notice(**_: Any) -> None:
    """Django answers 500 for an exception of a view, and tells of it by a signal."""
    error, noticed = sys.exc_info()[1], _raised.get()
    if error is not None and noticed is not None:
        noticed.append(error)


class Stage:
    """What a request needs of Django's own modules."""

    def __init__(self, module: ModuleType) -> None:
        self.payload = reach(module, "FakePayload")
        self.failed = reach(module, "got_request_exception")
        self.rendered = reach(module, "signals.template_rendered")
        self._finished = reach(module, "request_finished")
        self._close_old = reach(module, "close_old_connections")
        self._connections = sys.modules["django.db"].connections

    def listen(self) -> None:
        """Notice exceptions that Django answers itself."""
        self.failed.connect(_notice, dispatch_uid=_UID)

    def close(self) -> None:
        """Notice no more."""
        self.failed.disconnect(dispatch_uid=_UID)

    @contextmanager
    def noticing(self, noticed: list[BaseException]) -> Iterator[None]:
        """Collect what is raised below."""
        token = _raised.set(noticed)
        try:
            yield
        finally:
            _raised.reset(token)

    def follow(self, response: Any, recording: Recording) -> None:
        """End the recording when a stream ends."""
        listen = _listen_async if getattr(response, "is_async", False) else _listen
        response.streaming_content = listen(response.streaming_content, recording, response.status_code)

    def drop(self, response: Any) -> None:
        """Close a response as the client does: without closing the test's connections to databases."""
        self._finished.disconnect(self._close_old)
        try:
            response.close()
        finally:
            self._finished.connect(self._close_old)

    def close_connections(self) -> None:
        """Close this thread's connections to databases."""
        self._connections.close_all()

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Keep from the client what is rendered and raised for a duplicate: it never sent it."""
        with _without(self.rendered, lambda key: True), _without(self.failed, _is_clients):
            yield


def _is_clients(key: Any) -> bool:
    return isinstance(key, str) and key.startswith("request-exception")


@contextmanager
def _without(signal: Any, chosen: Callable[[Any], bool]) -> Iterator[None]:
    """Take receivers off a signal for a while; the application's own stay."""
    with signal.lock:
        taken = [entry for entry in signal.receivers if chosen(entry[0][0])]
        signal.receivers = [entry for entry in signal.receivers if entry not in taken]
        signal.sender_receivers_cache.clear()
    try:
        yield
    finally:
        with signal.lock:
            signal.receivers = [*signal.receivers, *taken]
            signal.sender_receivers_cache.clear()


def _listen(chunks: Any, recording: Recording, status: int) -> Iterator[bytes]:
    try:
        yield from chunks
    except Exception as error:
        recording.close(500, b"", error)
        raise
    finally:
        recording.close(status)


async def _listen_async(chunks: Any, recording: Recording, status: int) -> Any:
    try:
        async for chunk in chunks:
            yield chunk
    except Exception as error:
        recording.close(500, b"", error)
        raise
    finally:
        recording.close(status)
