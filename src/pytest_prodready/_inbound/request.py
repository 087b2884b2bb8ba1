"""What a request or message is to a conversation, whichever library sends it."""

from __future__ import annotations

from typing import Any, Protocol

from .._runtime.recording import Arrival, Recording
from .edits import PLAIN, Edit

FAILED = 500


class Request(Protocol):
    """One request or message as a driving client sends it, and the means to send it once more."""

    arrival: Arrival

    def send(self) -> Any:
        """Pass it to the application; awaited where the client is asynchronous."""

    def whole(self, answer: Any) -> bool:
        """Whether the answer announces its end; what does not may have none."""

    def finish(self, answer: Any, recording: Recording) -> Any:
        """Read a whole answer, close the recording, return what the client is to see; awaited likewise."""

    def follow(self, answer: Any, recording: Recording) -> Any:
        """The answer as the client is to see it; the recording closes at its end."""

    def drop(self, answer: Any) -> Any:
        """Let go of the answer to a redelivery, read or not; awaited likewise."""

    def twin(self, edit: Edit = PLAIN) -> Request | None:
        """An equal request, or one that differs as the edit says; None where there can be none."""

    def contained(self) -> Request:
        """The same request, where a delivery that a trial lets die leaves the client itself whole."""
        return self

    def apart(self) -> Request:
        """The same request by a client with an event loop of its own."""
        return self

    def leave_thread(self) -> None:
        """The thread in which it was sent apart is about to end."""
        return
