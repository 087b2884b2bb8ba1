"""One published message as an effect: what every broker's seam shares."""

from __future__ import annotations

import re
from typing import Any

from .._model.effect import CallEffect
from .._runtime.digest import digest
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording

KIND = "message"
_VARIABLE = re.compile(r"(?<=[./:-])(?:\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-fA-F]{16,})(?=$|[./:-])")


def pattern(destination: str) -> str:
    """A destination without the numbers and UUIDs in it."""
    return _VARIABLE.sub("{id}", destination)


def published(
    recorder: Recorder, recording: Recording, broker: str, destination: str, body: Any, identity: Any = None
) -> None:
    """Write one message into the delivery.

    Args:
        recorder: tells the first-party line that published.
        recording: the delivery that caused it.
        broker: what the report calls the dependency.
        destination: name of the task, or exchange and routing key; numbers and UUIDs in it are left out.
        body: what was published; only a hash is kept.
        identity: the message's own id, by which a consumer may tell duplicates; None where it has none.
    """
    recording.heard.add(broker)
    with recorder.harmless(broker):
        recording.acts.append(
            CallEffect(
                dependency=broker,
                method="PUBLISH",
                path=pattern(f"/{destination}"),
                status=None,
                key=None if identity is None else digest(str(identity)),
                payload=digest(body if isinstance(body, (bytes, str)) else repr(type(body))),
                place=recorder.places.here(),
            )
        )
