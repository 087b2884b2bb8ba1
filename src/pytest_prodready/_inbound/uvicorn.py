"""uvicorn in this process: in a thread, or in the test's own event loop.

Heard where it hands a request to the outermost application, for both of its HTTP implementations.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .asgi import heard

_NAME = "uvicorn"
_PROTOCOLS = "uvicorn.protocols.http"
_LIBRARY = Library(
    "uvicorn",
    "uvicorn",
    "0.23",
    "any heard HTTP client to a server in a thread or in the test's own event loop, h11 and httptools",
    "browsers, WebSockets",
)


def seam(recorder: Recorder) -> list[Seam]:
    """One seam an implementation."""

    def hearing(name: str) -> Any:
        def install(patcher: Patcher, module: ModuleType) -> None:
            def listening(original: Any) -> Any:
                async def run_asgi(self: Any, app: Any) -> None:
                    await original(self, heard(recorder, name, app) if recorder.ledger else app)

                return run_asgi

            patcher.replace(reach(module, "RequestResponseCycle"), "run_asgi", listening)

        return install

    return [
        Seam(_NAME, f"{_PROTOCOLS}.h11_impl", _LIBRARY, hearing(_NAME)),
        Seam(f"{_NAME} httptools", f"{_PROTOCOLS}.httptools_impl", _LIBRARY, hearing(f"{_NAME} httptools")),
    ]
