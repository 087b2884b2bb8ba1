"""Mails that the application sends by ``smtplib``: one effect a message, however many receive it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._model.effect import CallEffect
from .._runtime.digest import digest
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import is_loopback

_KIND = "mail"
_LIBRARY = Library("smtplib", "", "3.10", "mail", "`smtplib.SMTP` replaced by a mock")


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def sendmail(
                self: Any, from_addr: Any, to_addrs: Any, msg: Any, *args: Any, **kwargs: Any
            ) -> Any:
                recording = recorder.current()
                if recording is None or recorder.spoken_for(_KIND):
                    return original(self, from_addr, to_addrs, msg, *args, **kwargs)
                recording.reach("SEND mail")
                peer = _peer(self)  # a server that refuses closes the connection
                try:
                    refused = original(self, from_addr, to_addrs, msg, *args, **kwargs)
                except Exception as error:
                    _record(recorder, recording, self, peer, msg, error)
                    raise
                _record(recorder, recording, self, peer, msg)
                return refused

            return sendmail

        # send_message ends here, too.
        patcher.replace(reach(module, "SMTP"), "sendmail", listening)

    return [Seam("smtplib", "smtplib", _LIBRARY, install)]


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
    error: BaseException | None = None,
) -> None:
    with recorder.harmless("smtplib"):
        recording.heard.add("smtplib")
        recording.acts.append(
            CallEffect(
                dependency=str(getattr(smtp, "_host", "") or peer or "smtp"),
                method="SEND",
                path="/mail",
                error=type(error).__name__ if error is not None else None,
                real=peer is not None and not is_loopback(peer),
                payload=digest(message if isinstance(message, (bytes, str)) else repr(type(message))),
                place=recorder.places.here(),
            )
        )
        recording.dependency_failed = recording.dependency_failed or error is not None
