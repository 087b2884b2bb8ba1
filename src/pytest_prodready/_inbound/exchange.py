"""What the HTTP seams share: write a request down, pass it on, say it again where a trial wants it.

``httpx`` and ``httpx2`` are different packages with the same classes, so everything here is built from
the objects at hand and never imports either of them.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from .._model.behaviour import Redelivery
from .._runtime.recorder import Arrival, Recorder, Recording, within
from . import routes
from .tee import AsyncTee, SyncTee


def arrival_of(request: Any, application: Any) -> Arrival:
    """An ``httpx`` request as an arrival; a streamed body that nobody has read stays unread."""
    body = request.__dict__.get("_content")
    return Arrival(
        method=request.method.upper(),
        url=str(request.url),
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        application=application,
    )


def arrive(recorder: Recorder, seam: str, request: Any, application: Any) -> Recording:
    """Open the recording of a request."""
    arrival = arrival_of(request, application)
    known = recorder.routes_of(application, routes.discover)
    return recorder.arrive(seam, arrival, routes.match(known, arrival.method, request.url.path))


def converse(
    recorder: Recorder, recording: Recording, request: Any, send: Callable[[Any], Any], tee: type[SyncTee]
) -> Any:
    """Deliver a request and return the application's own response; in a trial, deliver it again first."""
    try:
        with within(recording):
            response = send(request)
    except BaseException as error:
        recording.close(500, b"", error)
        raise
    if not _repeats(recorder, recording, request, response):
        response.stream = tee(response.stream, recording, response.status_code)
        return response
    try:
        recording.close(response.status_code, response.read())
    except BaseException as error:
        recording.close(500, b"", error)
        raise
    for redelivery in recorder.redeliveries(recording):
        copy, twin = _twin(recorder, recording, request, redelivery)
        try:
            with within(copy):
                answer = send(twin)
            if _whole(twin, answer):
                copy.close(answer.status_code, answer.read())
            else:
                answer.close()
                copy.limits.add("streaming")
                copy.close(answer.status_code)
        except Exception as error:
            copy.close(500, b"", error)
        recording.tell(redelivery, copy)
    return response


async def converse_async(
    recorder: Recorder,
    recording: Recording,
    request: Any,
    send: Callable[[Any], Awaitable[Any]],
    tee: type[AsyncTee],
) -> Any:
    """The same for a transport that is awaited; redeliveries run in the test's own event loop."""
    try:
        with within(recording):
            response = await send(request)
    except BaseException as error:
        recording.close(500, b"", error)
        raise
    if not _repeats(recorder, recording, request, response):
        response.stream = tee(response.stream, recording, response.status_code)
        return response
    recording.close(response.status_code, await response.aread())
    for redelivery in recorder.redeliveries(recording):
        copy, twin = _twin(recorder, recording, request, redelivery)
        try:
            with within(copy):
                answer = await send(twin)
            copy.close(answer.status_code, await answer.aread())
        except Exception as error:
            copy.close(500, b"", error)
        recording.tell(redelivery, copy)
    return response


def _repeats(recorder: Recorder, recording: Recording, request: Any, response: Any) -> bool:
    """Whether a trial may read this answer to its end and send the request once more."""
    if recorder.ledger is None or recorder.ledger.director is None:
        return False
    if not _whole(request, response):
        recording.limits.add("streaming")
        return False
    if recording.arrival.body is None:
        recording.limits.add("streaming-request")
        return False
    return True


def _whole(request: Any, response: Any) -> bool:
    """Whether the answer announces its end; a stream without a length may have none."""
    return (
        "content-length" in response.headers
        or response.status_code in (204, 205, 304)
        or request.method == "HEAD"
    )


def _twin(
    recorder: Recorder, recording: Recording, request: Any, redelivery: Redelivery
) -> tuple[Recording, Any]:
    twin = redeliver(recording, request, redelivery)
    return recorder.again(recording, arrival_of(twin, recording.arrival.application)), twin


def redeliver(recording: Recording, request: Any, redelivery: Redelivery) -> Any:
    """A new request equal to the recorded one, with another payload under the same key where asked."""
    body = recording.arrival.body
    headers = list(request.headers.raw)
    if redelivery.altered:
        body = altered(body or b"")
        headers = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    return type(request)(
        request.method, request.url, headers=headers, content=body, extensions=dict(request.extensions)
    )


def altered(body: bytes) -> bytes | None:
    """The JSON body with its first number raised by one, so that it stays valid; None where there is none.

    Order: the first number by depth, then by position. Strings are left alone: a changed word may be
    refused for what it says and not because the key was used before.
    """
    try:
        document = json.loads(body)
    except ValueError:
        return None
    level: list[Any] = [document]
    while level:
        following: list[Any] = []
        for node in level:
            entries = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
            for name, value in entries:
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    node[name] = value + 1
                    return json.dumps(document).encode()
                if isinstance(value, (dict, list)):
                    following.append(value)
        level = following
    return None
