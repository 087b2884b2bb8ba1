"""One more copy of a request, plain or with a change, and where it is written down."""

from __future__ import annotations

from .._model.behaviour import Redelivery
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .edits import edit_for
from .request import Request


def copied(
    recorder: Recorder, first: Recording, request: Request, redelivery: Redelivery
) -> tuple[Request, Recording] | None:
    """The copy that a redelivery asks for; None where the request has no such copy.

    Args:
        recorder: where the copy is written down.
        first: the delivery itself.
        request: its request.
        redelivery: what the copy is like.
    """
    edit = edit_for(recorder, first, redelivery)
    twin = None if edit is None else request.twin(edit)
    if edit is None or twin is None:
        return None
    return twin, recorder.again(first, twin.arrival, signed=edit.signed)
