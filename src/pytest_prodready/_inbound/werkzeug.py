"""werkzeug's test client, and Flask's, which is a subclass of it.

Heard at the function that calls the application: there the client has put its cookies into the environ,
and has not yet taken those of the answer, so a repeated request neither loses the session nor changes it.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam
from .._runtime.recorder import Recorder
from .conversation import converse
from .operations import arrive
from .wsgi import WsgiRequest, path_of, read_body

_LIBRARY = Library("werkzeug client", "werkzeug", "2.3", "`Client`, and Flask's `test_client()`, from 2.3")


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def run_wsgi_app(app: Any, environ: Any, buffered: bool = False) -> Any:
                if not recorder.listens() or not isinstance(environ, dict):
                    return original(app, environ, buffered)
                request = WsgiRequest(
                    environ, read_body(environ), lambda given: original(app, given, buffered), app
                )
                recording = arrive(recorder, "Flask/werkzeug", request.arrival, path_of(environ))
                return converse(recorder, recording, request)

            return run_wsgi_app

        patcher.replace(module, "run_wsgi_app", listening)

    return [Seam("Flask/werkzeug", "werkzeug.test", _LIBRARY, install)]
