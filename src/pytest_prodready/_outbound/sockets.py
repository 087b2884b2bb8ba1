"""Connections that no seam speaks for: what is sent on them goes to an unknown dependency, ``host:port``.

The bytes are in a protocol that nobody here reads. They may ask or act, and whether they were taken is not
told either. So they prove nothing, and make it known that something left unheard.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType, ModuleType
from typing import Any

from .._model.effect import CallEffect, Effect
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import is_loopback

_NAME = "sockets"
_SENDING = ("send", "sendall", "sendmsg")
# What opens connections and is heard above them, or has none of the application's own effects.
_SPOKEN = (
    *("amqp", "asyncpg", "celery", "django.core.cache", "django.core.mail", "django.db", "kombu", "logging"),
    *("pika", "pymysql", "redis", "smtplib", "sqlalchemy", "urllib.request", "urllib3"),
)
# The test's own client may be one of them, further out than the application.
_INBOUND = __name__.rpartition("._outbound")[0] + "._inbound"
_NAME_SERVER = 53

Address = tuple[str, int]

_LIBRARY = Library(
    "socket",
    "",
    "3.10",
    "unknown dependencies, `host:port`, of any library that opens its connection within a delivery, "
    "such as `http.client` or `aiohttp.request`",
    "what the bytes ask for; see below",
)


def seam(recorder: Recorder) -> list[Seam]:
    """Two seams, since what is encrypted is not sent by the plain socket's own methods."""
    connections = _Connections(recorder)

    def install_plain(patcher: Patcher, module: ModuleType) -> None:
        plain = reach(module, "socket")
        patcher.replace(plain, "connect", connections.connecting)
        for name in _SENDING:
            if hasattr(plain, name):  # Windows has no sendmsg
                patcher.replace(plain, name, connections.sending)

    def install_encrypted(patcher: Patcher, module: ModuleType) -> None:
        patcher.replace(reach(module, "SSLSocket"), "send", connections.sending)

    return [
        Seam(_NAME, "socket", _LIBRARY, install_plain),
        Seam("encrypted sockets", "ssl", _LIBRARY, install_encrypted),
    ]


@dataclass
class _Sent:
    """A source: one effect for each address that a delivery sent to."""

    effects: dict[Address, CallEffect] = field(default_factory=dict)

    def settle(self, recording: Recording) -> Sequence[Effect]:
        """In the order of the first byte sent."""
        return tuple(self.effects.values())


class _Connections:
    """The connections that deliveries opened and that nobody speaks for.

    A connection is known by its descriptor and its peer: to encrypt it, ``ssl`` makes another object of it.
    One that was open before belongs to whoever opened it, a fixture or a framework.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._opened: dict[int, Address] = {}

    def connecting(self, original: Any) -> Any:
        """Around ``connect``, which is where a library is still to be seen on the stack."""

        def connect(sock: Any, address: Any, /) -> Any:
            recording = self._recorder.current()
            if recording is None or not _leaves(sock, address) or self._spoken_for():
                self._opened.pop(sock.fileno(), None)
                return original(sock, address)
            self._opened[sock.fileno()] = tuple(address[:2])
            try:
                return original(sock, address)
            except BlockingIOError:  # asyncio's connections are still on their way
                raise
            except OSError:
                recording.dependency_failed = True
                raise

        return connect

    def sending(self, original: Any) -> Any:
        """Around each method that sends."""

        def send(sock: Any, data: Any, /, *args: Any, **kwargs: Any) -> Any:
            if self._opened and (address := self._opened.get(sock.fileno())) is not None:
                self._heard(sock, address)
            return original(sock, data, *args, **kwargs)

        return send

    def _heard(self, sock: Any, address: Address) -> None:
        recording = self._recorder.current()
        if recording is None or self._recorder.spoken_for():
            return
        with self._recorder.harmless(_NAME):
            host, port = address
            peer = _peer(sock)
            if peer is None or peer[1] != port:
                del self._opened[sock.fileno()]  # the number has been given to another socket since
                return
            sent = recording.source(_NAME, _Sent)
            assert isinstance(sent, _Sent)
            if address not in sent.effects:
                recording.heard.add(_NAME)
                sent.effects[address] = CallEffect(
                    dependency=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                    method="",
                    path="",
                    unknown=True,
                    real=not is_loopback(str(peer[0])),
                    place=self._recorder.places.here(),
                )
            # Nobody can tell whether it was refused, so what is written next may be the record of that.
            recording.dependency_failed = True

    def _spoken_for(self) -> bool:
        """Whether a seam tells of what runs now, or a library that is heard opens the connection."""
        if self._recorder.spoken_for():
            return True
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            name = str(frame.f_globals.get("__name__", ""))
            if any(name == spoken or name.startswith(f"{spoken}.") for spoken in _SPOKEN):
                return True
            if name.startswith(_INBOUND) or self._recorder.places.is_first_party(frame.f_code.co_filename):
                return False
            frame = frame.f_back
        return False


def _peer(sock: Any) -> tuple[Any, ...] | None:
    try:
        peer = sock.getpeername()
    except OSError:
        return None
    return peer if isinstance(peer, tuple) else None


def _leaves(sock: Any, address: Any) -> bool:
    """A stream over the network; datagrams carry name look-ups, logs and metrics."""
    import socket

    return (
        sock.family in (socket.AF_INET, socket.AF_INET6)
        and bool(sock.type & socket.SOCK_STREAM)
        and isinstance(address, tuple)
        and isinstance(address[0], str)
        and address[1] != _NAME_SERVER
    )
