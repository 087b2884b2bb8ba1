"""Functions that are called with a message: consumers, jobs, tasks, commands, plain services.

Returning acknowledges the message, raising refuses it. The same message again is a copy of what the
function was given, taken before it could change it.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from .._model.delivery import Operation
from .._runtime.patcher import Patcher
from .._runtime.recorder import Recorder
from .._runtime.recording import Arrival, Recording
from .conversation import converse, converse_async
from .edits import PLAIN, Edit
from .messages import copied, flagged, with_document
from .request import Request

ACKNOWLEDGED = 200
_SEAM = "functions"

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def deliver(recorder: Recorder, handler: Callable[[Any], Any], message: Any) -> Any:
    """Call ``handler(message)`` as one delivery; the handler's own result, awaitable where it is."""
    return call(recorder, handler, (message,), {}, {"message": message})


def call(
    recorder: Recorder,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    named: Mapping[str, Any] | None = None,
) -> Any:
    """Call a function as one delivery, unless a delivery is already running.

    Args:
        recorder: where the delivery is written down.
        function: what is called.
        args: its positional arguments.
        kwargs: its keyword arguments.
        named: the arguments under the names that a key's path begins with; by default the parameters'.
    """
    if not recorder.listens():
        return function(*args, **kwargs)
    names = named if named is not None else _bound(function, args, kwargs)
    kind = AsyncCall if inspect.iscoroutinefunction(_innermost(function)) else Call
    request = kind(function, (args, kwargs), name_of(function), names)
    recording = recorder.arrive(_SEAM, request.arrival, Operation("", request.name))
    talk = converse_async if kind is AsyncCall else converse
    return talk(recorder, recording, request)


class Call(Request):
    """A call of a function as a conversation has it.

    Args:
        function: what is called.
        arguments: positional and keyword arguments.
        name: the operation's name.
        named: the arguments by name.
    """

    def __init__(
        self, function: Callable[..., Any], arguments: Arguments, name: str, named: Mapping[str, Any]
    ) -> None:
        self._function = function
        self._arguments = arguments
        self._pristine = copied(arguments)
        self._named = named
        self.name = name
        self.arrival = Arrival(method="", url=name, body=_document(named), headers={})

    def send(self) -> Any:
        args, kwargs = self._arguments
        return self._function(*args, **kwargs)

    def whole(self, answer: Any) -> bool:
        return not (inspect.isgenerator(answer) or inspect.isasyncgen(answer))

    def status(self, answer: Any) -> int:
        """Acknowledged, unless the answer itself says otherwise."""
        return ACKNOWLEDGED

    def finish(self, answer: Any, recording: Recording) -> Any:
        recording.close(self.status(answer), _json(answer))
        return answer

    def follow(self, answer: Any, recording: Recording) -> Any:
        recording.close(self.status(answer))
        return answer

    def drop(self, answer: Any) -> Any:
        if inspect.isgenerator(answer):
            answer.close()

    def twin(self, edit: Edit = PLAIN) -> Call | None:
        arguments: Arguments | None = copied(self._pristine)
        if edit.body is not None:
            arguments = with_document(self._pristine, self._named, edit.body)
        if edit.redelivered:
            arguments = flagged(arguments)
        return None if arguments is None else type(self)(self._function, arguments, self.name, self._named)


class AsyncCall(Call):
    """The same for a coroutine function."""

    async def finish(self, answer: Any, recording: Recording) -> Any:
        return super().finish(answer, recording)

    async def drop(self, answer: Any) -> None:
        super().drop(answer)


@contextmanager
def listening(recorder: Recorder, target: str, test_module: ModuleType) -> Iterator[None]:
    """Hear the calls of ``module:name`` for a time, also under the name by which the test imported it.

    Args:
        recorder: where the deliveries are written down.
        target: the function, e.g. ``app.tasks:charge`` or ``app.tasks:Billing.charge``; see :func:`problem`.
        test_module: the test's own module.
    """
    owner, name, function = _find(target)

    def hearing(original: Any) -> Any:
        def heard(*args: Any, **kwargs: Any) -> Any:
            return call(recorder, original, args, kwargs)

        return heard

    patcher = Patcher()
    try:
        imported = [(test_module, known) for known, value in vars(test_module).items() if value is function]
        for place, known in dict.fromkeys([(owner, name), *imported]):
            patcher.replace(place, known, hearing)
        yield
    finally:
        patcher.close()


def problem(target: str, cure: Callable[[str], str] = lambda module: "") -> str:
    """What is wrong with the target of ``call=``, or ""; ``cure`` tells what to do about a missing module."""
    try:
        function = _find(target)[2]
    except ModuleNotFoundError as error:
        return f"call={target!r}: {error}{cure(error.name or '')}"
    except (ImportError, AttributeError) as error:
        return f"call={target!r}: {error}"
    return "" if callable(function) else f"call={target!r}: a {type(function).__name__} cannot be called"


def name_of(function: Any) -> str:
    """``module:qualified.name``; a task that has a name of its own keeps it."""
    function = _innermost(function)
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    module = getattr(function, "__module__", None) or type(function).__module__
    return f"{module}:{name.rpartition('<locals>.')[2]}"


def _find(target: str) -> tuple[Any, str, Any]:
    module_name, _, path = target.partition(":")
    owner: Any = importlib.import_module(module_name)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    return owner, name, getattr(owner, name)


def _innermost(function: Any) -> Any:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def _bound(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Mapping[str, Any]:
    try:
        return inspect.signature(function).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):  # the call itself will say what is wrong with it
        return dict(kwargs)


def _document(named: Mapping[str, Any]) -> bytes:
    """The arguments as JSON, for a key's path; what is no JSON is told by its type alone."""
    return json.dumps(
        {name: _readable(value) for name, value in named.items()}, default=lambda value: type(value).__name__
    ).encode()


def _readable(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _readable(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if hasattr(value, "model_dump") and not isinstance(value, type):
        return value.model_dump(mode="json")
    if isinstance(value, (bytes, bytearray, str)):
        try:
            return json.loads(value)
        except ValueError:
            return value if isinstance(value, str) else value.decode("utf-8", "replace")
    return value


def _json(answer: Any) -> bytes:
    """What a function returned, for comparison: its JSON, or nothing that could tell."""
    try:
        return json.dumps(answer).encode()
    except (TypeError, ValueError, RecursionError):
        return b""
