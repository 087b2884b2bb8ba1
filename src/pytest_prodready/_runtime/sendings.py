"""Requests that are on their way, so that a server of this process knows who sent what it receives.

A live server runs in another thread or task, where no context of the sender arrives, and nothing may be
added to the request. While the server has a request, its sender is still waiting: it is found by port,
method and path among those that wait. Connections would not tell: a pool keeps them from call to call.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, eq=False)
class Sending:
    """One request whose answer is awaited.

    Args:
        method: upper case.
        port: where to.
        path: decoded.
        nested: sent within a delivery, so by the application and not by the test.
    """

    method: str
    port: int | None
    path: str
    nested: bool


class Sendings:
    """Who waits for an answer at this moment; senders and servers may be threads of their own."""

    def __init__(self) -> None:
        self._waiting: list[Sending] = []

    @contextmanager
    def underway(self, method: str, url: str, nested: bool) -> Iterator[None]:
        """Wait for an answer."""
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
        sending = Sending(method.upper(), port, unquote(parts.path) or "/", nested)
        self._waiting.append(sending)
        try:
            yield
        finally:
            self._waiting.remove(sending)

    def by_test(self, method: str, port: int, path: str) -> bool:
        """Whether the test itself waits for the answer to this request.

        After a redirect only the port still tells; where the application waits as well, it is the sender.
        """
        there = [sending for sending in list(self._waiting) if sending.port == port]
        exactly = [sending for sending in there if (sending.method, sending.path) == (method, path)]
        senders = exactly or there
        return bool(senders) and not any(sending.nested for sending in senders)


def is_loopback(host: str) -> bool:
    """Whether an address or host name stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
