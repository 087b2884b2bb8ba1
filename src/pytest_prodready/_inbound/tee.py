"""The body of a response, passed on unchanged; its recording ends when the body does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from .._runtime.recording import Recording

_KEPT = 65_536


class _Tee:
    def __init__(self, stream: Any, recording: Recording, status: int) -> None:
        self._stream = stream
        self._recording = recording
        self._status = status
        self._kept: list[bytes] = []
        self._size = 0

    def _keep(self, chunk: bytes) -> bytes:
        if self._size < _KEPT:
            self._kept.append(chunk)
            self._size += len(chunk)
        return chunk

    def _end(self) -> None:
        self._recording.close(self._status, b"".join(self._kept))


class SyncTee(_Tee):
    """For ``httpx.Client``; a seam mixes in the library's own stream type, which clients insist on."""

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._stream:
                yield self._keep(chunk)
        except Exception as error:
            self._recording.close(500, b"", error)
            raise
        self._end()

    def close(self) -> None:
        try:
            self._stream.close()
        finally:
            self._end()


class AsyncTee(_Tee):
    """For ``httpx.AsyncClient``; a seam mixes in the library's own stream type, which clients insist on."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                yield self._keep(chunk)
        except Exception as error:
            self._recording.close(500, b"", error)
            raise
        self._end()

    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            self._end()
