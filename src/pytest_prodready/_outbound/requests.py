"""``requests``, heard at ``Session.send``: above ``responses``, which replaces the adapter below."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import UNREACHABLE, record, told

_LIBRARY = Library("requests", "requests", "2.31", "calls")


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def send(self: Any, request: Any, **kwargs: Any) -> Any:
                recording = recorder.current()
                underway = recorder.underway(str(request.method), str(request.url))
                if recording is None:
                    with underway:
                        return original(self, request, **kwargs)
                try:
                    recording.reach(
                        told(str(request.method), str(request.url)),
                        lambda: sys.modules["requests"].ConnectionError(UNREACHABLE, request=request),
                    )
                    with underway, recorder.speaking("http"):  # urllib3 is below
                        response = original(self, request, **kwargs)
                except Exception as error:
                    _record(recorder, recording, request, error=error)
                    raise
                _record(recorder, recording, request, response)
                return response

            return send

        patcher.replace(reach(module, "Session"), "send", listening)

    return [Seam("requests", "requests.sessions", _LIBRARY, install)]


def _record(
    recorder: Recorder,
    recording: Recording,
    request: Any,
    response: Any = None,
    error: BaseException | None = None,
) -> None:
    recording.heard.add("requests")
    body = request.body.encode() if isinstance(request.body, str) else request.body
    record(
        recorder,
        recording,
        method=str(request.method),
        url=str(request.url),
        headers={str(name).lower(): str(value) for name, value in request.headers.items()},
        body=body if isinstance(body, bytes) else None,
        status=None if response is None else response.status_code,
        error=error,
        peer=_peer(request, response, error),
    )


def _peer(request: Any, response: Any, error: BaseException | None) -> str | None:
    """The host where the answer came from a socket: mocks have no ``http.client`` response below."""
    host = urlsplit(str(request.url)).hostname or ""
    if response is not None:
        below = getattr(response.raw, "_original_response", None)
        real = sys.modules["http.client"].HTTPResponse
        return host if isinstance(below, real) else None
    reason = getattr(error.args[0], "reason", None) if error is not None and error.args else None
    return host if type(reason).__module__.startswith("urllib3") else None
