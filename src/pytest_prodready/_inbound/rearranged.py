"""A series of deliveries that come in an order of the trial's own.

A test sends its second request when it has the answer to the first. So all of them are delivered where the
first one arrives, the later ones as an earlier run of the test sent them, and each request of the test is
then answered by what was kept.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from .._runtime.gates import Gate
from .._runtime.rearranging import Rearranging
from .._runtime.recorder import Recorder, within
from .._runtime.recording import Recording
from .request import FAILED, Request

# Answers after which every sender comes again; a function that raises gives its message back.
_LATER = frozenset({409, 423, 425, 429, 503})


class Streamed(Exception):
    """What a test is told whose answer would have been a stream: that one has been let go."""


def rearranged(recorder: Recorder, recording: Recording, request: Request, series: Rearranging) -> Any:
    """Deliver a whole series where its first request arrives, and return the answer to this one."""
    for number, twin, copy in _turns(recorder, recording, request, series):
        try:
            with within(copy):
                answer = twin.send()
            if twin.whole(answer):
                series.answers[number] = twin.finish(answer, copy)
            else:
                _abandon(series, number, copy)
                twin.drop(answer)
        except Exception as error:
            _failed(series, number, copy, error)
    return _kept(recording, series)


async def rearranged_async(
    recorder: Recorder, recording: Recording, request: Request, series: Rearranging
) -> Any:
    """The same for a client that is awaited."""
    for number, twin, copy in _turns(recorder, recording, request, series):
        try:
            with within(copy):
                answer = await twin.send()
            if twin.whole(answer):
                series.answers[number] = await twin.finish(answer, copy)
            else:
                _abandon(series, number, copy)
                await twin.drop(answer)
        except Exception as error:
            _failed(series, number, copy, error)
    return _kept(recording, series)


def _turns(
    recorder: Recorder, recording: Recording, request: Request, series: Rearranging
) -> Iterator[tuple[int, Request, Recording]]:
    """What is delivered, one after the other; nothing where the series has been delivered already.

    What is told to come later comes again at the end, in the test's own order, as long as that helps.
    """
    if series.begun:
        return
    series.begun = True
    recording.open = False  # each of the series is written down on its own
    recording.gate = Gate()
    chance = random.getstate()
    if series.shifted:
        random.random()
    for number in series.order:
        yield from _turn(recorder, recording, request, series, number)
    waiting = series.waiting(_LATER)
    while waiting:
        for number in waiting:
            yield from _turn(recorder, recording, request, series, number)
        still = series.waiting(_LATER)
        waiting = still if len(still) < len(waiting) else []
    if series.shifted:
        random.setstate(chance)
    series.end(recording)


def _turn(
    recorder: Recorder, recording: Recording, request: Request, series: Rearranging, number: int
) -> Iterator[tuple[int, Request, Recording]]:
    again = any(copy.number == number for copy in series.copies)
    own = number == recording.number and not again
    first: Any = series.captured[recording.number]
    twin = request if own else request.counterpart(first, series.captured[number])
    if twin is None:
        series.limits.add("fixed-order")
        return
    copy = recorder.again(recording, twin.arrival)
    copy.number = number
    series.begin(copy)
    yield number, twin, copy


def _abandon(series: Rearranging, number: int, copy: Recording) -> None:
    series.limits.add("streaming")
    copy.close(FAILED)
    series.failures[number] = Streamed("the trial of another order keeps no streams")


def _failed(series: Rearranging, number: int, copy: Recording, error: Exception) -> None:
    copy.close(FAILED, b"", error)
    series.failures[number] = error


def _kept(recording: Recording, series: Rearranging) -> Any:
    """What this request of the test was answered when its turn came."""
    number = recording.number
    failure = series.failures.get(number)
    recording.close(series.status(number), b"", failure)
    if failure is not None:
        raise failure
    return series.answers.get(number)
