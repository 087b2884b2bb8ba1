"""Which operations an application has, and which of them a request asks for, whatever keeps its routes."""

from __future__ import annotations

from typing import Any

from .._model.delivery import Operation
from .._runtime.recorder import Recorder
from .._runtime.recording import Arrival, Recording
from . import routes, rules


def arrive(recorder: Recorder, seam: str, arrival: Arrival, path: str) -> Recording:
    """Open the recording of a request at an application.

    Args:
        recorder: where it is written down.
        seam: the client's name.
        arrival: the request.
        path: its decoded path.
    """
    return recorder.arrive(seam, arrival, operation_of(recorder, arrival, path))


def operation_of(recorder: Recorder, arrival: Arrival, path: str) -> Operation | None:
    """The operation that a request asks for, or None where no route takes it."""
    application = arrival.application
    known = recorder.routes_of(application, _discover)
    keeper = rules.keeper(application)
    if keeper is not None:
        return rules.match(keeper, arrival.method, path, arrival.headers.get("host") or "localhost")
    return routes.match(known, arrival.method, path)


def _discover(application: Any) -> list[Any]:
    keeper = rules.keeper(application)
    return rules.discover(keeper) if keeper is not None else routes.discover(application)
