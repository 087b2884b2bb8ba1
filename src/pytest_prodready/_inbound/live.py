"""What the seams of live servers share: whose request it is, and which operation it asks for.

A server of this process is heard where it hands a request to the application, in the server's own thread
or task, so that all effects belong to the delivery. A request that the application sent is its call to a
dependency, a fake one perhaps, and no delivery. Neither is one that came from another process.
"""

from __future__ import annotations

from typing import Any

from .._model.delivery import Operation
from .._runtime.recorder import Recorder
from .._runtime.recording import Arrival, Recording
from . import operations, urlconf

_DEPTH = 20
# Fakes of dependencies that plugins serve from this process: what a test sends there is no delivery.
_FAKES = ("pytest_httpserver", "pytest_localserver")


def is_delivery(recorder: Recorder, application: Any, method: str, port: int, path: str) -> bool:
    """Whether the watched test sent this request."""
    return recorder.listens() and recorder.sendings.by_test(method, port, path) and not _is_fake(application)


def arrive(recorder: Recorder, seam: str, arrival: Arrival, path: str) -> Recording:
    """Open the recording of a request at a live server.

    Args:
        recorder: where it is written down.
        seam: the server's name.
        arrival: the request.
        path: its decoded path.
    """
    if _is_django(arrival.application):
        operation = urlconf.operation_of(recorder, arrival.method, path)
    else:
        operation = operations.operation_of(recorder, arrival, path)
    return opened(recorder, seam, arrival, operation)


def opened(recorder: Recorder, seam: str, arrival: Arrival, operation: Operation | None) -> Recording:
    """The recording of a request whose operation is known."""
    recording = recorder.arrive(seam, arrival, operation)
    others = recorder.running(recording)
    for other in (recording, *others) if others else ():
        other.limits.add("overlapping")
    return recording


def _is_fake(application: Any) -> bool:
    owner = getattr(application, "__self__", application)
    return type(owner).__module__.partition(".")[0] in _FAKES


def _is_django(application: Any) -> bool:
    """Also inside the handlers of static files and middleware, by the usual names."""
    for _ in range(_DEPTH):
        if any(kind.__module__.startswith("django.core.handlers.") for kind in type(application).__mro__):
            return True
        application = getattr(application, "application", None) or getattr(application, "app", None)
        if application is None:
            return False
    return False
