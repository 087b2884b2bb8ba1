"""``aiosqlite`` used directly: its statements run in a thread of its own, and belong to who awaits them."""

from __future__ import annotations

import contextvars
from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder

_LIBRARY = Library("aiosqlite", "aiosqlite", "0.17", "rows")


def seam(recorder: Recorder) -> list[Seam]:
    """One seam: the connection below is ``sqlite3``'s own, which is heard there."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        def handing_over(original: Any) -> Any:
            async def _execute(self: Any, fn: Any, *args: Any, **kwargs: Any) -> Any:
                if recorder.current() is None:
                    return await original(self, fn, *args, **kwargs)
                return await original(self, contextvars.copy_context().run, fn, *args, **kwargs)

            return _execute

        patcher.replace(reach(module, "Connection"), "_execute", handing_over)

    return [Seam("aiosqlite", "aiosqlite.core", _LIBRARY, install)]
