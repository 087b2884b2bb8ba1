"""What every inbound seam does: write a delivery down, let it pass, and say it again where a trial wants it.

A seam tells what a request of its library is, by a :class:`~.request.Request`; the conversation is the same
for all of them.
"""

from __future__ import annotations

from typing import Any

from .._runtime.recorder import Recorder, within
from .._runtime.recording import Recording
from .beside import on_asyncio
from .copies import copied
from .meeting import meet, meet_async
from .rearranged import rearranged, rearranged_async
from .request import FAILED, Request

# What one cannot tell of the first delivery, a second one would not tell either.
_ALONE = ("overlapping", "unfinished")


def converse(recorder: Recorder, recording: Recording, request: Request) -> Any:
    """Deliver a request and return the application's own answer; in a trial, deliver it again first."""
    series = recorder.rearranging(recording)
    if series is not None and series.takes(recording, request):
        return rearranged(recorder, recording, request, series)
    meeting = None if recording.arrival.body is None else recorder.meeting(recording)
    if meeting is not None:
        return meet(recorder, recording, request, meeting)
    try:
        with within(recording):
            answer = request.send()
        if not _repeats(recorder, recording, request, answer):
            return request.follow(answer, recording)
        answer = request.finish(answer, recording)
    except BaseException as error:
        recording.close(FAILED, b"", error)
        raise
    for redelivery in recorder.redeliveries(recording):
        made = copied(recorder, recording, request, redelivery)
        if made is None:
            continue
        twin, copy = made
        try:
            with within(copy):
                again = twin.send()
            if twin.whole(again):
                again = twin.finish(again, copy)
            else:
                _abandon(copy)
            twin.drop(again)
        except Exception as error:
            copy.close(FAILED, b"", error)
        recording.tell(redelivery, copy)
    return answer


async def converse_async(recorder: Recorder, recording: Recording, request: Request) -> Any:
    """The same for a client that is awaited; redeliveries run in the test's own event loop."""
    series = recorder.rearranging(recording)
    if series is not None and series.takes(recording, request):
        return await rearranged_async(recorder, recording, request, series)
    meets = recording.arrival.body is not None and on_asyncio()
    meeting = recorder.meeting(recording) if meets else None
    if meeting is not None:
        return await meet_async(recorder, recording, request, meeting)
    try:
        with within(recording):
            answer = await request.send()
        if not _repeats(recorder, recording, request, answer):
            return request.follow(answer, recording)
        answer = await request.finish(answer, recording)
    except BaseException as error:
        recording.close(FAILED, b"", error)
        raise
    for redelivery in recorder.redeliveries(recording):
        made = copied(recorder, recording, request, redelivery)
        if made is None:
            continue
        twin, copy = made
        try:
            with within(copy):
                again = await twin.send()
            if twin.whole(again):
                again = await twin.finish(again, copy)
            else:
                _abandon(copy)
            await twin.drop(again)
        except Exception as error:
            copy.close(FAILED, b"", error)
        recording.tell(redelivery, copy)
    return answer


def _repeats(recorder: Recorder, recording: Recording, request: Request, answer: Any) -> bool:
    """Whether a trial may read this answer to its end and send the request once more."""
    if not recorder.trying:
        return False
    if not recording.limits.isdisjoint(_ALONE):
        return False
    if not request.whole(answer):
        recording.limits.add("streaming")
        return False
    if recording.arrival.body is None:
        recording.limits.add("streaming-request")
        return False
    return True


def _abandon(copy: Recording) -> None:
    copy.limits.add("streaming")
    copy.close(FAILED)
