"""``urllib3`` used directly or by what stands on it (botocore), heard where one request goes out.

``urlopen`` calls itself for each retry and redirect, so it does not tell one request from three.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import record, told

_KIND = "http"
_LIBRARY = Library(
    "urllib3",
    "urllib3",
    "1.26.18",
    "calls, and those of what is built on it",
    "mocks that replace `urlopen`",
)


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def _make_request(self: Any, conn: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
                recording = recorder.current()
                underway = recorder.underway(method, _whole(self, url))
                if recording is None or recorder.spoken_for(_KIND):
                    with underway:
                        return original(self, conn, method, url, *args, **kwargs)
                recording.reach(told(method, _whole(self, url)))
                sent = (recorder, recording, self, conn, method, url, kwargs)
                try:
                    with underway:
                        response = original(self, conn, method, url, *args, **kwargs)
                except Exception as error:
                    _record(*sent, error=error)
                    raise
                _record(*sent, status=response.status)
                return response

            return _make_request

        patcher.replace(reach(module, "HTTPConnectionPool"), "_make_request", listening)

    return [Seam("urllib3", "urllib3.connectionpool", _LIBRARY, install)]


def _record(
    recorder: Recorder,
    recording: Recording,
    pool: Any,
    conn: Any,
    method: str,
    url: str,
    sent: dict[str, Any],
    status: int | None = None,
    error: BaseException | None = None,
) -> None:
    recording.heard.add("urllib3")
    body = sent.get("body")
    body = body.encode() if isinstance(body, str) else body
    headers = sent.get("headers") or {}
    replayed = type(conn).__module__.startswith("vcr")
    record(
        recorder,
        recording,
        method=method,
        url=_whole(pool, url),
        headers={str(name).lower(): str(value) for name, value in headers.items()},
        body=body if isinstance(body, bytes) else None,
        status=status,
        error=error,
        peer=None if replayed else pool.host,
    )


def _whole(pool: Any, url: str) -> str:
    """Through a proxy the whole URL is sent, else the path."""
    return url if "://" in url else f"{pool.scheme}://{pool.host}:{pool.port or ''}{url}"
