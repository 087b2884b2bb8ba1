"""``boto3`` and what else stands on botocore: one effect a client's operation, ``sqs.SendMessage orders``.

Heard at the client's own methods: above retries, botocore's Stubber, moto and a replaced ``_make_api_call``.
A client that was made before the plugin listens has methods of its own.
"""

from __future__ import annotations

import functools
from contextvars import ContextVar
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from .._model.effect import CallEffect
from .._runtime.digest import digest
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .aws import Operation
from .calls import is_loopback
from .messages import pattern

_NAME = "boto3"
_KIND = "http"

# The hosts that the operation which runs in this context has really sent to.
_reached: ContextVar[list[str] | None] = ContextVar("prodready_aws_reached", default=None)

_LIBRARY = Library(
    "boto3",
    "botocore",
    "1.34",
    "operations, also of what else stands on botocore",
    "clients made before the plugin listens; what a Lambda function does",
)


def seam(recorder: Recorder) -> list[Seam]:
    """Two seams: the methods of clients, and where one of them really leaves."""

    def install_clients(patcher: Patcher, module: ModuleType) -> None:
        def making(original: Any) -> Any:
            def _create_api_method(self: Any, name: str, operation: str, service: Any) -> Any:
                return _listening(recorder, original(self, name, operation, service), operation, service)

            return _create_api_method

        patcher.replace(reach(module, "ClientCreator"), "_create_api_method", making)

    def install_sessions(patcher: Patcher, module: ModuleType) -> None:
        patcher.replace(reach(module, "URLLib3Session"), "send", _leaving)

    return [
        Seam(_NAME, "botocore.client", _LIBRARY, install_clients),
        Seam("boto3 connections", "botocore.httpsession", _LIBRARY, install_sessions),
    ]


def _leaving(original: Any) -> Any:
    def send(self: Any, request: Any) -> Any:
        reached = _reached.get()
        if reached is not None:
            reached.append(urlsplit(request.url).hostname or "")
        return original(self, request)

    return send


def _listening(recorder: Recorder, method: Any, operation: str, service: Any) -> Any:
    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        recording = recorder.current()
        if recording is None:
            return method(self, *args, **kwargs)
        asked = Operation(service.service_name, operation, kwargs, recording.interval)
        recording.reach(f"{operation} {asked.service}")
        hosts: list[str] = []
        token = _reached.set(hosts)
        try:
            with recorder.speaking(_KIND):
                answer = method(self, *args, **kwargs)
        except Exception as error:
            _record(recorder, recording, asked, hosts, getattr(error, "response", None), error)
            raise
        finally:
            _reached.reset(token)
        if isinstance(answer, dict):  # aiobotocore's is awaited, and heard at aiohttp
            _record(recorder, recording, asked, hosts, answer)
        return answer

    return call


def _record(
    recorder: Recorder,
    recording: Recording,
    asked: Operation,
    hosts: list[str],
    answer: Any,
    error: BaseException | None = None,
) -> None:
    with recorder.harmless(_NAME):
        recording.heard.add(_NAME)
        told = answer.get("ResponseMetadata", {}) if isinstance(answer, dict) else {}
        status = told.get("HTTPStatusCode")
        key = asked.key
        effect = CallEffect(
            dependency=asked.service,
            method=asked.name,
            path=pattern(f"/{asked.resource}"),
            status=status,
            error=type(error).__name__ if error is not None and status is None else None,
            inquiry=asked.kind == "ask",
            unknown=asked.kind == "unknown",
            real=any(not is_loopback(host) for host in hosts),
            key=None if key is None else digest(key),
            payload=digest(asked.payload),
            place=recorder.places.here(),
        )
        recording.acts.append(effect)
        if error is not None or effect.failed:
            recording.dependency_failed = True
