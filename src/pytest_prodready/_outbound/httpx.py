"""``httpx`` and ``httpx2`` clients that the application drives, heard above every mock.

respx replaces the transport's look-up and pytest-httpx the transport itself, so a seam below the client
would go deaf whenever the suite mocks the dependency. One wire request passes here once, after redirects
and authentication.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import UNREACHABLE, record, told

# Not "http": an application that answers in this process makes calls of its own, and they are heard.
_KIND = "connection"
_HTTPX = Library("httpx", "httpx", "0.24.1", "calls, sync and asyncio")
_HTTPX2 = Library("httpx2", "httpx2", "2.0", "calls, sync and asyncio")


def seam(recorder: Recorder) -> list[Seam]:
    """One seam a package."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        sync_client, async_client = reach(module, "Client"), reach(module, "AsyncClient")
        if getattr(sync_client._send_single_request, "__wrapped__", None) is not None:
            return  # httpx2 under the name of httpx

        def failure(request: Any) -> Exception:
            error: Exception = module.ConnectError(UNREACHABLE, request=request)
            return error

        def listening(original: Any) -> Any:
            def _send_single_request(self: Any, request: Any) -> Any:
                recording = recorder.current()
                underway = recorder.underway(request.method, str(request.url))
                if recording is None:
                    with underway:
                        return original(self, request)
                try:
                    recording.reach(told(request.method, str(request.url)), lambda: failure(request))
                    with underway, recorder.speaking(_KIND):
                        response = original(self, request)
                except Exception as error:
                    _record(recorder, recording, request, error=error)
                    raise
                _record(recorder, recording, request, response)
                return response

            return _send_single_request

        def listening_async(original: Any) -> Any:
            async def _send_single_request(self: Any, request: Any) -> Any:
                recording = recorder.current()
                underway = recorder.underway(request.method, str(request.url))
                if recording is None:
                    with underway:
                        return await original(self, request)
                try:
                    await recording.reach_async(
                        told(request.method, str(request.url)), lambda: failure(request)
                    )
                    with underway, recorder.speaking(_KIND):
                        response = await original(self, request)
                except Exception as error:
                    _record(recorder, recording, request, error=error)
                    raise
                _record(recorder, recording, request, response)
                return response

            return _send_single_request

        patcher.replace(sync_client, "_send_single_request", listening)
        patcher.replace(async_client, "_send_single_request", listening_async)

    return [Seam("httpx", "httpx", _HTTPX, install), Seam("httpx2", "httpx2", _HTTPX2, install)]


def _record(
    recorder: Recorder,
    recording: Recording,
    request: Any,
    response: Any = None,
    error: BaseException | None = None,
) -> None:
    recording.heard.add("httpx")
    record(
        recorder,
        recording,
        method=request.method,
        url=str(request.url),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.__dict__.get("_content"),
        status=None if response is None else response.status_code,
        error=error,
        peer=_peer(request, response, error),
    )


def _peer(request: Any, response: Any, error: BaseException | None) -> str | None:
    """The address really spoken to: only a real connection leaves a network stream, or a cause of its own."""
    if response is not None:
        stream = response.extensions.get("network_stream")
        if stream is None:
            return None
        address = stream.get_extra_info("server_addr")
        return str(address[0]) if isinstance(address, tuple) else str(request.url.host)
    cause = error.__cause__ if error is not None else None
    return str(request.url.host) if type(cause).__module__.startswith("httpcore") else None
