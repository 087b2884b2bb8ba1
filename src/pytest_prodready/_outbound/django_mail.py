"""Mail that a Django application sends.

Django's test runner and pytest-django collect mail in ``mail.outbox`` by a backend of their own: a mock of
the real thing, above which a message is as much an effect as one that leaves.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from .._model.effect import CallEffect, Effect
from .._runtime.digest import digest
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import is_loopback

KIND = "mail"
_ACT = "SEND mail"
# Django's own, to which an application may hand messages itself; filebased inherits from console.
_BACKENDS = ("locmem", "smtp", "console", "dummy")
_LIBRARY = Library("Django mail", "django", "4.2", "mail of `django.core.mail`")


def seam(recorder: Recorder) -> list[Seam]:
    """A seam for messages that are told to send themselves, and one for each of Django's own backends."""

    def install_message(patcher: Patcher, module: ModuleType) -> None:
        patcher.replace(reach(module, "EmailMessage"), "send", functools.partial(_sending, recorder))

    def install_backend(patcher: Patcher, module: ModuleType) -> None:
        backend = reach(module, "EmailBackend")
        patcher.replace(backend, "send_messages", functools.partial(_handing_over, recorder))

    package = "django.core.mail"
    return [
        Seam("Django mail", f"{package}.message", _LIBRARY, install_message),
        *(
            Seam(f"Django mail ({name})", f"{package}.backends.{name}", _LIBRARY, install_backend)
            for name in _BACKENDS
        ),
    ]


def _sending(recorder: Recorder, original: Any) -> Any:
    def send(self: Any, *args: Any, **kwargs: Any) -> Any:
        recording = recorder.current()
        if recording is None:
            return original(self, *args, **kwargs)
        recording.reach(_ACT)
        known = len(recording.acts)
        with _telling(recorder, recording) as told:
            try:
                return original(self, *args, **kwargs)
            finally:
                # Django's own backends have told of it already, and know whether it left the machine.
                if not any(_is_mail(act) for act in recording.acts[known:]):
                    told.append((self, False))

    return send


def _handing_over(recorder: Recorder, original: Any) -> Any:
    def send_messages(self: Any, messages: Any) -> Any:
        recording = recorder.current()
        if recording is None:
            return original(self, messages)
        if not recorder.spoken_for(KIND):
            recording.reach(_ACT)
        kept = list(messages or ())
        with _telling(recorder, recording) as told:
            told.extend((message, _is_real(self)) for message in kept)
            return original(self, kept)

    return send_messages


@contextmanager
def _telling(recorder: Recorder, recording: Recording) -> Iterator[list[tuple[Any, bool]]]:
    """Write messages into the delivery once they are sent; what carries them below need not be heard."""
    told: list[tuple[Any, bool]] = []
    error: BaseException | None = None
    try:
        with recorder.speaking(KIND):
            yield told
    except BaseException as raised:
        error = raised
        raise
    finally:
        with recorder.harmless("Django mail"):
            sent = [(message, real) for message, real in told if message.recipients()]
            recording.acts.extend(_effect(recorder, message, real, error) for message, real in sent)
            if sent and error is not None:
                recording.dependency_failed = True


def _effect(recorder: Recorder, message: Any, real: bool, error: BaseException | None) -> CallEffect:
    said = (tuple(message.recipients()), str(message.subject), str(message.body))
    return CallEffect(
        dependency=KIND,
        method="SEND",
        path="",
        error=type(error).__name__ if error is not None else None,
        real=real,
        payload=digest(said),
        place=recorder.places.here(),
    )


def _is_mail(effect: Effect) -> bool:
    return isinstance(effect, CallEffect) and effect.dependency == KIND


def _is_real(backend: Any) -> bool:
    """Whether messages leave this machine by SMTP; other backends that do so are heard by their own means."""
    host = str(getattr(backend, "host", None) or "")
    return bool(host) and hasattr(backend, "use_tls") and not is_loopback(host)
