"""``aiohttp.ClientSession``, heard at its public methods: aioresponses replaces what lies below them."""

from __future__ import annotations

import json
import sys
from collections.abc import Coroutine
from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import UNREACHABLE, record, told

_VERBS = ("get", "options", "head", "post", "put", "patch", "delete")
_SEAM = "aiohttp"
_KIND = "connection"
_LIBRARY = Library("aiohttp client", "aiohttp", "3.9", "calls of `ClientSession`", "`aiohttp.request`")


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        session = reach(module, "ClientSession")
        real = reach(module, "RequestInfo")

        def named(method: str) -> Any:
            def listening(original: Any) -> Any:
                def verb(self: Any, url: Any, **kwargs: Any) -> Any:
                    return heard(original(self, url, **kwargs), self, method, url, kwargs)

                return verb

            return listening

        def listening(original: Any) -> Any:
            def request(self: Any, method: str, url: Any, **kwargs: Any) -> Any:
                return heard(original(self, method, url, **kwargs), self, method, url, kwargs)

            return request

        def heard(manager: Any, owner: Any, method: str, url: Any, kwargs: dict[str, Any]) -> Any:
            if recorder.ledger is None:
                return manager
            manager._coro = _underway(recorder, method, _whole(owner, url), manager._coro)
            recording = recorder.current()
            if recording is not None:
                call = _Call(recorder, recording, real, owner, method, url, kwargs)
                manager._coro = call.carry_out(manager._coro)
            return manager

        for name in _VERBS:
            patcher.replace(session, name, named(name.upper()))
        patcher.replace(session, "request", listening)

    return [Seam("aiohttp client", "aiohttp.client", _LIBRARY, install)]


async def _underway(recorder: Recorder, method: str, url: str, original: Coroutine[Any, Any, Any]) -> Any:
    with recorder.underway(method, url):
        return await original


def _whole(session: Any, url: Any) -> str:
    base = getattr(session, "_base_url", None)
    return str(base) + str(url) if base is not None and str(url).startswith("/") else str(url)


class _Call:
    """One call, known before it is awaited and written down after."""

    def __init__(
        self,
        recorder: Recorder,
        recording: Recording,
        real: type,
        session: Any,
        method: str,
        url: Any,
        kwargs: dict[str, Any],
    ) -> None:
        self._recorder = recorder
        self._recording = recording
        self._real = real
        self._method = method
        self._url = _whole(session, url)
        self._headers = {
            str(name).lower(): str(value) for name, value in dict(kwargs.get("headers") or {}).items()
        }
        self._body = self._bytes(kwargs)

    async def carry_out(self, original: Coroutine[Any, Any, Any]) -> Any:
        """Await the library's own coroutine and tell what came of it."""
        try:
            await self._recording.reach_async(told(self._method, self._url), self._failure)
        except BaseException as error:
            original.close()
            if isinstance(error, Exception):
                self._tell(None, error)
            raise
        try:
            with self._recorder.speaking(_KIND):
                response = await original
        except Exception as error:
            self._tell(None, error)
            raise
        self._tell(response, None)
        return response

    def _failure(self) -> Exception:
        error: Exception = sys.modules["aiohttp"].ClientConnectionError(UNREACHABLE)
        return error

    def _tell(self, response: Any, error: BaseException | None) -> None:
        self._recording.heard.add(_SEAM)
        went_out = isinstance(getattr(response, "request_info", None), self._real)
        record(
            self._recorder,
            self._recording,
            method=self._method,
            url=self._url,
            headers=self._headers,
            body=self._body,
            status=None if response is None else response.status,
            error=error,
            peer=str(response.url.host) if went_out else None,
        )

    def _bytes(self, kwargs: dict[str, Any]) -> bytes | None:
        """The body where it is at hand; a form or a stream is not read."""
        if kwargs.get("json") is not None:
            self._headers.setdefault("content-type", "application/json")
            return json.dumps(kwargs["json"], default=str).encode()
        data = kwargs.get("data")
        if isinstance(data, dict):
            return json.dumps(data, default=str, sort_keys=True).encode()
        return data.encode() if isinstance(data, str) else data if isinstance(data, bytes) else None
