"""What each change of a redelivery does to the request: which headers and which body the copy has.

The copy is what a sender would really send: another attempt of it, another principal under the same key, a
client that forgot the key. Where the suite says how its requests are signed, each copy is signed anew.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from .._model.behaviour import Redelivery
from .._runtime.documents import with_another_number, with_one_twice
from .._runtime.recorder import CREDENTIALS, Recorder
from .._runtime.recording import Arrival, Recording

# What names one attempt to deliver, or one request on the wire, and never what is delivered.
_ATTEMPT = re.compile(r"(delivery|attempt)(-?(id|uuid))?$|(request|message)-?id$")
_LAST_WORD_CHARACTER = re.compile(r"[0-9A-Za-z](?=[^0-9A-Za-z]*$)")
# Digits stay digits and letters letters, so that hexadecimal stays what it is.
_ALPHABETS = ("0123456789", "abcdef", "ABCDEF", "ghijklmnopqrstuvwxyz", "GHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True)
class Edit:
    """How a copy of a request differs from it; nothing for a plain duplicate.

    Args:
        headers: lower-case name to another value, or to None where the copy has none.
        body: another body, or None for the same one; for a function, its arguments as a JSON document.
        redelivered: the message says of itself that it comes again.
        signed: the headers contain a signature of the copy's own.
    """

    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes | None = None
    redelivered: bool = False
    signed: bool = False

    def over(self, pairs: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """The headers of the copy, from those of the request as they go over the wire."""
        changed: dict[str, str | None] = dict(self.headers)
        if self.body is not None and any(name.lower() == b"content-length" for name, _ in pairs):
            changed["content-length"] = str(len(self.body))
        kept = [(name, value) for name, value in pairs if name.decode("latin-1").lower() not in changed]
        new = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in changed.items()
            if value is not None
        ]
        return [*kept, *new]

    def over_environ(self, environ: dict[str, object]) -> None:
        """The same for a WSGI environment, in place."""
        changed: dict[str, str | None] = dict(self.headers)
        if self.body is not None:
            changed["content-length"] = str(len(self.body))
        for name, value in changed.items():
            key = name.upper().replace("-", "_")
            key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            environ.pop(key, None)
            if value is not None:
                environ[key] = value


PLAIN = Edit()


def edit_for(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    """What the copy differs in, signed anew where the suite says how; None where there is no such copy."""
    edit = _EDITS[redelivery.change](recorder, recording, redelivery)
    return None if edit is None else _signed(recorder, recording.arrival, edit)


def fresh(value: str, turn: int = 1) -> str:
    """Another value of the same shape, the same one in every run.

    Args:
        value: a key or an identity.
        turn: 1, or 2 for one that is another yet.
    """
    try:
        given = uuid.UUID(value)
    except ValueError:
        last = _LAST_WORD_CHARACTER.search(value)
        if last is None:
            return f"{value}{turn}"
        alphabet = next(letters for letters in _ALPHABETS if last[0] in letters)
        other = alphabet[(alphabet.index(last[0]) + turn) % len(alphabet)]
        return value[: last.start()] + other + value[last.end() :]
    # Of the same version: some applications take no other.
    made = uuid.UUID(bytes=uuid.uuid5(given, str(turn)).bytes, version=given.version or 4)
    return made.hex if "-" not in value else str(made)


def _signed(recorder: Recorder, arrival: Arrival, edit: Edit) -> Edit:
    """The same with a signature of its own, where the request has one and the suite says how it is made."""
    ledger = recorder.ledger
    if ledger is None or ledger.sign is None or arrival.called:
        return edit
    body = edit.body if edit.body is not None else arrival.body or b""
    changed = {**arrival.headers, **edit.headers}
    try:
        made = dict(ledger.sign(body, {name: value for name, value in changed.items() if value is not None}))
    except Exception as error:
        ledger.mistakes.append(
            f"prodready_sign: the function failed with {type(error).__name__}; it is called with the body's "
            "bytes and a dict of headers, and returns the dict of headers that sign them"
        )
        return edit
    signature = {str(name).lower(): str(value) for name, value in made.items()}
    if not any(name in arrival.headers for name in signature):
        return edit  # another request of the test, which nobody signs
    return replace(edit, headers={**edit.headers, **signature}, signed=True)


def _plain(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit:
    return PLAIN


def _redelivered(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    """Only a message can say of itself that a broker hands it out again."""
    return Edit(redelivered=True) if recording.arrival.called else None


def _attempt(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    """The same event in another attempt, which has an identity of its own."""
    headers = recording.arrival.headers
    named = {
        name: fresh(value)
        for name, value in headers.items()
        if _ATTEMPT.search(name) and value != recording.key and value
    }
    return Edit(headers=named) if named else None


def _payload(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    """Another payload under the same key."""
    body = with_another_number(recording.arrival.body)
    return None if body is None else Edit(body=body)


def _batch(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    """A batch that contains one of its elements twice."""
    body = with_one_twice(recording.arrival.body, redelivery.path)
    return None if body is None else Edit(body=body)


def _route(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    """Under the key of the last request that the same caller made to another operation."""
    name = recording.key_header
    earlier = recorder.ledger.recordings[: recording.number - 1] if recorder.ledger else []
    for other in reversed(earlier):
        taken = other.key_header == name and other.principal == recording.principal
        if taken and other.key not in (None, recording.key) and other.operation != recording.operation:
            return Edit(headers={name: other.key}) if name else None
    return None


def _principal(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    """The other tenant's credentials where the suite names one, else none at all."""
    if recording.principal.anonymous:
        return None
    other = recorder.ledger.other_tenant if recorder.ledger else None
    given = {name.lower(): value for name, value in other.items()} if other else {}
    gone = {name: None for name in CREDENTIALS if name in recording.arrival.headers}
    headers: dict[str, str | None] = {**gone, **given}
    same = all(recording.arrival.headers.get(name) == value for name, value in headers.items())
    return None if same else Edit(headers=headers)


def _stranger(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    """The other principal under a key of its own."""
    edit = _principal(recorder, recording, redelivery)
    return None if edit is None else _under_fresh_key(edit, recording, 1)


def _anonymous(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    """Nobody at all under a key of its own; where that is who the stranger is, once is enough.

    Not under the stranger's key: a store that is asked before authentication answers with what is kept there.
    """
    if recorder.ledger is None or not recorder.ledger.other_tenant:
        return None
    gone = {name: None for name in CREDENTIALS if name in recording.arrival.headers}
    return _under_fresh_key(Edit(headers=gone), recording, 2)


def _keyless(recorder: Recorder, recording: Recording, redelivery: Redelivery) -> Edit | None:
    name = recording.key_header
    return Edit(headers={name: None}) if name else None


def _under_fresh_key(edit: Edit, recording: Recording, turn: int) -> Edit | None:
    name = recording.key_header
    if not name or recording.key is None:
        return None
    return replace(edit, headers={**edit.headers, name: fresh(recording.key, turn)})


_EDITS: Mapping[str, Callable[[Recorder, Recording, Redelivery], Edit | None]] = {
    "": _plain,
    "redelivered": _redelivered,
    "attempt": _attempt,
    "payload": _payload,
    "route": _route,
    "principal": _principal,
    "stranger": _stranger,
    "anonymous": _anonymous,
    "keyless": _keyless,
    "batch": _batch,
}
