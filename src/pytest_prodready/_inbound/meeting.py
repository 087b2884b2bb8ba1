"""A delivery and its duplicate that meet as a trial's schedule says: beside each other, or after a crash."""

from __future__ import annotations

import asyncio
from typing import Any

from .._model.behaviour import Redelivery
from .._runtime.gates import Dying
from .._runtime.recorder import Meeting, Recorder, within
from .._runtime.recording import Recording
from .beside import Beside
from .copies import copied
from .edits import edit_for
from .request import FAILED, Request

_NEVER_ENDED = "duplicate-never-ended"


class Encounter:
    """One first delivery, the copies of it that were made, and who of them was answered.

    Args:
        recorder: where they are written down.
        recording: the first delivery.
        request: its request.
        meeting: how they are to meet.
    """

    def __init__(self, recorder: Recorder, recording: Recording, request: Request, meeting: Meeting) -> None:
        self._recorder = recorder
        self.first = recording
        self._meeting = meeting
        self.request = self._as_scheduled(request).contained()
        self.copies: list[tuple[Request, Recording]] = []
        self.answers: list[Any] = []

    def _as_scheduled(self, request: Request) -> Request:
        """The request itself, or as the schedule changes it before it is delivered at all."""
        change = self._meeting.change()
        edit = edit_for(self._recorder, self.first, change) if change is not None else None
        twin = request.twin(edit) if edit is not None else None
        if change is not None and twin is None:
            self.first.limits.add("not-reproducible")
        return request if twin is None else twin

    def copy(self, beside: Recording | None = None) -> tuple[Request, Recording]:
        """One more copy of the request, and where it is written down.

        Args:
            beside: the delivery that is held up meanwhile.
        """
        made = copied(self._recorder, self.first, self.request, self._meeting.redelivery())
        made = made or copied(self._recorder, self.first, self.request, Redelivery())
        assert made is not None  # a plain copy can always be made
        twin, copy = made
        copy.beside = beside
        self.copies.append((twin, copy))
        return twin, copy

    @property
    def recordings(self) -> list[Recording]:
        """The copies that were delivered."""
        return [copy for _, copy in self.copies if copy.delivery is not None]

    @property
    def struck(self) -> bool:
        """The first delivery died or failed, so its caller has no answer that counts."""
        return self.first.gate is not None and self.first.gate.struck

    def met(self, ended: bool) -> None:
        """The first delivery has ended, and so has the copy beside it, unless something is wrong."""
        if not ended:
            self.first.limits.add(_NEVER_ENDED)
        for _, copy in self.copies:
            copy.beside = None

    def again(self) -> bool:
        """Whether one more copy is to come after those that have ended."""
        return self._meeting.again(self.recordings)

    def over(self, waited: bool) -> None:
        """All have ended: what they left together is told; an answer that streams has not."""
        if self.first.delivery is not None:
            self._meeting.over(self.first, self.recordings, waited=waited)
        for each in (self.first, *self.recordings):
            each.sources.clear()


def meet(recorder: Recorder, recording: Recording, request: Request, meeting: Meeting) -> Any:
    """Let a delivery meet its duplicate, and return what its caller would see."""
    one = Encounter(recorder, recording, request, meeting)
    beside = Beside(
        lambda: _deliver_in_thread(one, apart=False),
        lambda: _deliver_in_thread(one, apart=True),
        recorder.places,
    )
    recording.gate = meeting.gate(beside)
    failure: BaseException | None = None
    try:
        with within(recording):
            answer = one.request.send()
        answer = _read(one, answer)
    except BaseException as error:
        failure = error
        one.first.close(FAILED, b"", error)
    if beside.started:
        one.met(beside.end())
    elif meeting.coming():
        _deliver(one, *one.copy())
    while one.again():
        _deliver(one, *one.copy())
    one.over(beside.waited)
    if one.struck and one.answers:
        return one.answers[-1]
    if failure is not None:
        raise failure
    return answer


async def meet_async(recorder: Recorder, recording: Recording, request: Request, meeting: Meeting) -> Any:
    """The same for a client that is awaited, on the loops of asyncio."""
    one = Encounter(recorder, recording, request, meeting)
    beside = Beside(
        lambda: _deliver_beside(one),
        lambda: _deliver_in_loop(one),
        recorder.places,
        asyncio.get_running_loop(),
    )
    recording.gate = meeting.gate(beside)
    failure: BaseException | None = None
    try:
        with within(recording):
            answer = await one.request.send()
        answer = await _read_async(one, answer)
    except BaseException as error:
        failure = error
        one.first.close(FAILED, b"", error)
    if beside.started:
        one.met(await beside.end_async())
    elif meeting.coming():
        await _deliver_async(one, *one.copy())
    while one.again():
        await _deliver_async(one, *one.copy())
    one.over(beside.waited)
    if one.struck and one.answers:
        return one.answers[-1]
    if failure is not None:
        raise failure
    return answer


def _read(one: Encounter, answer: Any) -> Any:
    if one.struck and isinstance(one.first.gate, Dying):
        return _made_up(one, answer)
    if one.request.whole(answer):
        return one.request.finish(answer, one.first)
    one.first.limits.add("streaming")
    return one.request.follow(answer, one.first)


async def _read_async(one: Encounter, answer: Any) -> Any:
    if one.struck and isinstance(one.first.gate, Dying):
        return _made_up(one, answer)
    if one.request.whole(answer):
        return await one.request.finish(answer, one.first)
    one.first.limits.add("streaming")
    return one.request.follow(answer, one.first)


def _made_up(one: Encounter, answer: Any) -> Any:
    """A dead delivery answers nobody; a client that hides its application's errors makes an answer up."""
    one.first.close(FAILED)
    return answer


def _deliver(one: Encounter, twin: Request, copy: Recording) -> None:
    """Deliver a copy; whatever it raises is what became of it."""
    try:
        with within(copy):
            answer = twin.send()
        if twin.whole(answer):
            one.answers.append(twin.finish(answer, copy))
        else:
            _abandon(copy)
        twin.drop(answer)
    except BaseException as error:
        copy.close(FAILED, b"", error)


def _deliver_in_thread(one: Encounter, *, apart: bool) -> None:
    """Beside the first delivery, which is held up."""
    twin, copy = one.copy(beside=one.first)
    try:
        _deliver(one, twin.apart() if apart else twin, copy)
    finally:
        twin.leave_thread()


async def _deliver_async(one: Encounter, twin: Request, copy: Recording) -> None:
    try:
        with within(copy):
            answer = await twin.send()
        if twin.whole(answer):
            one.answers.append(await twin.finish(answer, copy))
        else:
            _abandon(copy)
        await twin.drop(answer)
    except BaseException as error:
        copy.close(FAILED, b"", error)


async def _deliver_beside(one: Encounter) -> None:
    await _deliver_async(one, *one.copy(beside=one.first))


def _deliver_in_loop(one: Encounter) -> None:
    """Beside the first delivery, which blocks its own event loop."""
    twin, copy = one.copy(beside=one.first)
    try:
        asyncio.run(_deliver_async(one, twin.apart(), copy))
    finally:
        twin.leave_thread()


def _abandon(copy: Recording) -> None:
    copy.limits.add("streaming")
    copy.close(FAILED)
