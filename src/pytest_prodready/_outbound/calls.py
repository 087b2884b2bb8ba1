"""One HTTP call to a dependency as an effect: what every HTTP client's seam shares."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

from .._model.effect import CallEffect
from .._runtime.digest import digest
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .._runtime.sendings import is_loopback as is_loopback

# What a library says of a dependency that a trial makes unreachable.
UNREACHABLE = "connection refused (by the trial)"
_DEFAULT_PORTS = {"http": 80, "https": 443}
# What providers call the key under which they carry a request out once: a header, or a field of the body.
_KEY_NAME = re.compile(
    r"idempot|dedup|client[-_]?token|(request|transaction|operation|event|message)[-_]?(id|key|token)",
    re.IGNORECASE,
)


def record(
    recorder: Recorder,
    recording: Recording,
    *,
    method: str,
    url: str,
    headers: dict[str, str],
    body: bytes | None,
    status: int | None = None,
    error: BaseException | None = None,
    peer: str | None = None,
) -> None:
    """Write one call into the delivery.

    Args:
        recorder: tells the first-party line that called.
        recording: the delivery that caused the call.
        method: HTTP method.
        url: whole URL; its query is not kept.
        headers: lower-case name to value.
        body: the body, or None where it is a stream.
        status: the answer's status, or None where the call raised.
        error: what the call raised.
        peer: address of the socket that the call really used, or None for a mocked call.
    """
    with recorder.harmless("HTTP calls"):
        effect = _effect(recorder, method.upper(), url, headers, body, status, error, peer)
        recording.acts.append(effect)
        if effect.failed:
            recording.dependency_failed = True


def told(method: str, url: str) -> str:
    """A call that is about to be made, in two words; only where a trial wants to know."""
    parts = urlsplit(url)
    return (
        f"{method.upper()} {_dependency(parts.scheme, parts.hostname or '', parts.port)}{parts.path or '/'}"
    )


def _effect(
    recorder: Recorder,
    method: str,
    url: str,
    headers: dict[str, str],
    body: bytes | None,
    status: int | None,
    error: BaseException | None,
    peer: str | None,
) -> CallEffect:
    parts = urlsplit(url)
    return CallEffect(
        dependency=_dependency(parts.scheme, parts.hostname or "", parts.port),
        method=method,
        path=parts.path or "/",
        status=status,
        error=type(error).__name__ if error is not None else None,
        inquiry=method == "POST" and is_inquiry(parts.path, headers.get("content-type", ""), body),
        real=peer is not None and not is_loopback(peer),
        key=_key(headers, body),
        payload=digest(body),
        place=recorder.places.here(),
    )


def is_inquiry(path: str, content_type: str, body: bytes | None) -> bool:
    """A POST that by its own protocol only asks.

    Source: RFC 6749 (token endpoint: ``grant_type``), RFC 7662 (introspection), the GraphQL
    specification (a document without ``mutation``).
    """
    if not body:
        return False
    if "x-www-form-urlencoded" in content_type:
        form = parse_qs(body.decode("utf-8", "replace"))
        return "grant_type" in form or ("token" in form and path.rstrip("/").endswith("introspect"))
    if "json" in content_type and b'"query"' in body:
        try:
            document = json.loads(body)
        except ValueError:
            return False
        query = document.get("query") if isinstance(document, dict) else None
        return isinstance(query, str) and query.lstrip().startswith(("query", "{"))
    return False


def is_key_name(name: str) -> bool:
    """Whether a provider calls its idempotency key so."""
    return _KEY_NAME.search(name) is not None


def _dependency(scheme: str, host: str, port: int | None) -> str:
    return host if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{host}:{port}"


def _key(headers: dict[str, str], body: bytes | None) -> int | None:
    """The provider's idempotency key: Stripe, Adyen and the draft use a header, Square and AWS a field."""
    keys = [value for name, value in sorted(headers.items()) if _KEY_NAME.search(name)]
    if not keys and body and "json" in headers.get("content-type", ""):
        try:
            document = json.loads(body)
        except ValueError:
            return None
        fields = document.items() if isinstance(document, dict) else ()
        keys = [str(value) for name, value in sorted(fields) if _KEY_NAME.search(name)]
    return digest(tuple(keys)) if keys else None
