"""WSGI servers of this process: those of the standard library (Django's live server) and of werkzeug.

Heard at the call of the outermost application, middleware included.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .wsgi_live import heard

_WSGIREF, _WERKZEUG = "wsgiref server", "werkzeug server"
_STANDARD = Library(
    "wsgiref server",
    "",
    "3.10",
    "any heard HTTP client to a server in a thread, such as Django's `live_server` and `LiveServerTestCase`",
    "browsers",
)
_SERVING = Library(
    "werkzeug server",
    "werkzeug",
    "2.3",
    "any heard HTTP client to `make_server`, or to Flask's `run` in a thread",
    "browsers",
)


def seam(recorder: Recorder) -> list[Seam]:
    """One seam a server."""

    def install_wsgiref(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def run(self: Any, application: Any) -> None:
                original(self, heard(recorder, _WSGIREF, application) if recorder.ledger else application)

            return run

        patcher.replace(reach(module, "BaseHandler"), "run", listening)

    def install_werkzeug(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def run_wsgi(self: Any) -> Any:
                server = self.server
                if not recorder.ledger:
                    return original(self)
                self.server = _Standing(server, heard(recorder, _WERKZEUG, server.app))
                try:
                    return original(self)
                finally:
                    self.server = server

            return run_wsgi

        patcher.replace(reach(module, "WSGIRequestHandler"), "run_wsgi", listening)

    return [
        Seam(_WSGIREF, "wsgiref.handlers", _STANDARD, install_wsgiref),
        Seam(_WERKZEUG, "werkzeug.serving", _SERVING, install_werkzeug),
    ]


class _Standing:
    """A server as one of its handlers sees it, with another application; its threads share the server."""

    def __init__(self, server: Any, app: Any) -> None:
        self._server = server
        self.app = app

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)
