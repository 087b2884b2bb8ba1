"""Threads that the application starts: what they do belongs to the delivery that started them.

Neither ``Thread.start`` nor ``ThreadPoolExecutor.submit`` copies the context (asyncio's and anyio's own
hand-overs do).
"""

from __future__ import annotations

import contextvars
import functools
from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder

_LIBRARY = Library("threads", "", "3.10")


def seam(recorder: Recorder) -> list[Seam]:
    """Two seams: plain threads and the standard pool."""

    def install_threads(patcher: Patcher, module: ModuleType) -> None:
        def starting(original: Any) -> Any:
            def start(self: Any, *args: Any, **kwargs: Any) -> Any:
                # A pool's worker outlives the delivery; each task brings its own context.
                if recorder.current() is not None and type(self) is module.Thread and not _is_worker(self):
                    self.run = functools.partial(contextvars.copy_context().run, self.run)
                return original(self, *args, **kwargs)

            return start

        patcher.replace(reach(module, "Thread"), "start", starting)

    def install_pool(patcher: Patcher, module: ModuleType) -> None:
        def submitting(original: Any) -> Any:
            def submit(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
                if recorder.current() is None:
                    return original(self, fn, *args, **kwargs)
                return original(self, contextvars.copy_context().run, fn, *args, **kwargs)

            return submit

        patcher.replace(reach(module, "ThreadPoolExecutor"), "submit", submitting)

    return [
        Seam("threads", "threading", _LIBRARY, install_threads),
        Seam("thread pools", "concurrent.futures.thread", _LIBRARY, install_pool),
    ]


def _is_worker(thread: Any) -> bool:
    target = getattr(thread, "_target", None)
    return getattr(target, "__module__", "") in ("concurrent.futures.thread", "anyio._backends._asyncio")
