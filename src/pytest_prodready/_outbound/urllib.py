"""``urllib.request``, heard at ``OpenerDirector.open``: above the handlers that a suite may replace.

A redirect opens again below; it is a GET, since no other method is redirected with its body.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import UNREACHABLE, record, told

_KIND = "http"
_LIBRARY = Library("urllib.request", "", "3.10", "calls")


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def open(self: Any, fullurl: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
                recording = recorder.current()
                if recording is None and recorder.ledger is not None:
                    with recorder.underway(*_asked(fullurl, data)):
                        return original(self, fullurl, data, *args, **kwargs)
                if recording is None or recorder.spoken_for(_KIND):
                    return original(self, fullurl, data, *args, **kwargs)
                request = fullurl if isinstance(fullurl, module.Request) else module.Request(fullurl, data)
                if request.type not in ("http", "https"):
                    return original(self, fullurl, data, *args, **kwargs)
                if data is not None:
                    request.data = data  # what the original does first
                try:
                    recording.reach(
                        told(request.get_method(), request.full_url), lambda: module.URLError(UNREACHABLE)
                    )
                    with recorder.underway(*_asked(request)), recorder.speaking(_KIND):
                        response = original(self, request, None, *args, **kwargs)
                except Exception as error:
                    _record(recorder, recording, request, getattr(error, "code", None), error)
                    raise
                _record(recorder, recording, request, getattr(response, "status", None))
                return response

            return open

        patcher.replace(reach(module, "OpenerDirector"), "open", listening)

    return [Seam("urllib.request", "urllib.request", _LIBRARY, install)]


def _asked(target: Any, data: Any = None) -> tuple[str, str]:
    if isinstance(target, str):
        return "GET" if data is None else "POST", target
    return "POST" if data is not None else target.get_method(), target.full_url


def _record(
    recorder: Recorder,
    recording: Recording,
    request: Any,
    status: int | None,
    error: BaseException | None = None,
) -> None:
    recording.heard.add("urllib")
    reason = getattr(error, "reason", None)
    record(
        recorder,
        recording,
        method=request.get_method(),
        url=request.full_url,
        headers={name.lower(): str(value) for name, value in request.header_items()},
        body=request.data if isinstance(request.data, bytes) else None,
        status=status,
        error=error if status is None else None,
        # Where there was no connection, nothing left this machine.
        peer=None if isinstance(reason, OSError) else request.host.partition(":")[0],
    )
