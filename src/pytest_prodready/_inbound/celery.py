"""Celery tasks that a test runs itself: eagerly, by ``apply``, or by calling them.

A redelivery keeps the task's id, as a broker's does.
"""

from __future__ import annotations

import uuid
from types import ModuleType
from typing import Any

from .._model.delivery import Operation
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .conversation import converse
from .functions import ACKNOWLEDGED, Call
from .request import FAILED

_LIBRARY = Library("Celery task", "celery", "5.3", "`delay` in eager mode, `apply`, a direct call", "workers")
_REFUSED = ("FAILURE", "REJECTED", "RETRY", "REVOKED")


class _Execution(Call):
    """An execution of a task; a failure is told by the result's state and not by an exception."""

    def status(self, answer: Any) -> int:
        return FAILED if getattr(answer, "state", None) in _REFUSED else ACKNOWLEDGED

    def _called(self, other: Any) -> Any:
        """A task is the same in every run, and its function knows the message's own id."""
        return other._function


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        task = reach(module, "Task")

        def applying(original: Any) -> Any:
            def apply(self: Any, args: Any = None, kwargs: Any = None, *more: Any, **options: Any) -> Any:
                if not recorder.listens():
                    return original(self, args, kwargs, *more, **options)
                if len(more) < 3:
                    options.setdefault("task_id", str(uuid.uuid4()))

                def execute(*given: Any, **named: Any) -> Any:
                    return original(self, given, named, *more, **options)

                return _run(recorder, self.name, execute, tuple(args or ()), dict(kwargs or {}))

            return apply

        def calling(original: Any) -> Any:
            def __call__(self: Any, *args: Any, **kwargs: Any) -> Any:
                if not recorder.listens():
                    return original(self, *args, **kwargs)

                def execute(*given: Any, **named: Any) -> Any:
                    return original(self, *given, **named)

                return _run(recorder, self.name, execute, args, kwargs)

            return __call__

        patcher.replace(task, "apply", applying)
        patcher.replace(task, "__call__", calling)

    return [Seam("Celery tasks", "celery.app.task", _LIBRARY, install)]


def _run(recorder: Recorder, name: str, execute: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    named = {"message": args[0], **kwargs} if args else kwargs
    request = _Execution(execute, (args, kwargs), name, named)
    return converse(recorder, recorder.arrive("Celery tasks", request.arrival, Operation("", name)), request)
