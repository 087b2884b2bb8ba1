"""Mails that the application sends by ``smtplib``: one effect a message, however many receive it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from .._model.effect import CallEffect
from .._runtime.digest import digest
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import UNREACHABLE, is_loopback

_KIND = "mail"
_TAKEN = 250
_LIBRARY = Library(
    "smtplib",
    "",
    "3.10",
    "mail by `sendmail`, `send_message`, and any subclass that speaks the protocol",
    "`smtplib.SMTP` replaced by a mock",
)


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        smtp = reach(module, "SMTP")
        # ``send_message`` ends in ``sendmail``. A subclass may have a ``sendmail`` of its own, which speaks
        # the protocol itself and ends in ``data``.
        patcher.replace(smtp, "sendmail", functools.partial(_sending, recorder))
        patcher.replace(smtp, "data", functools.partial(_handing_over, recorder))

    return [Seam("smtplib", "smtplib", _LIBRARY, install)]


def _sending(recorder: Recorder, original: Any) -> Any:
    def sendmail(self: Any, from_addr: Any, to_addrs: Any, msg: Any, *args: Any, **kwargs: Any) -> Any:
        def send() -> Any:
            return original(self, from_addr, to_addrs, msg, *args, **kwargs)

        return _told(recorder, self, msg, send)

    return sendmail


def _handing_over(recorder: Recorder, original: Any) -> Any:
    def data(self: Any, msg: Any) -> Any:
        return _told(recorder, self, msg, lambda: original(self, msg), lambda reply: int(reply[0]))

    return data


def _told(
    recorder: Recorder,
    smtp: Any,
    message: Any,
    send: Callable[[], Any],
    code_of: Callable[[Any], int] = lambda answer: _TAKEN,
) -> Any:
    """Send a mail and tell of it once; what carries it out below is silent."""
    recording = recorder.current()
    if recording is None or recorder.spoken_for(_KIND):
        return send()
    peer = _peer(smtp)  # a server that refuses closes the connection
    try:
        recording.reach("SEND mail", _failure)
        with recorder.speaking(_KIND):
            answer = send()
    except Exception as error:
        _record(recorder, recording, smtp, peer, message, error=type(error).__name__)
        raise
    _record(recorder, recording, smtp, peer, message, code_of(answer))
    return answer


def _failure() -> Exception:
    error: Exception = sys.modules["smtplib"].SMTPServerDisconnected(UNREACHABLE)
    return error


def _peer(smtp: Any) -> str | None:
    """The address really spoken to; None for a stand-in without a connection."""
    try:
        return str(smtp.sock.getpeername()[0])
    except (AttributeError, OSError, TypeError, IndexError):
        return None


def _record(
    recorder: Recorder,
    recording: Recording,
    smtp: Any,
    peer: str | None,
    message: Any,
    code: int = _TAKEN,
    error: str | None = None,
) -> None:
    failed = error is not None or code != _TAKEN
    with recorder.harmless("smtplib"):
        recording.heard.add("smtplib")
        recording.acts.append(
            CallEffect(
                dependency=str(getattr(smtp, "_host", "") or peer or "smtp"),
                method="SEND",
                path="/mail",
                status=None if code == _TAKEN else code,
                error=error,
                real=peer is not None and not is_loopback(peer),
                payload=digest(message if isinstance(message, (bytes, str)) else repr(type(message))),
                place=recorder.places.here(),
            )
        )
        recording.dependency_failed = recording.dependency_failed or failed
