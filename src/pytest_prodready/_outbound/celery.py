"""Celery tasks that the application publishes, by ``delay``, ``apply_async`` or ``send_task``.

In eager mode the task also runs at once: the message is an effect, and so is everything that the task does.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .messages import KIND, published

_LIBRARY = Library(
    "Celery",
    "celery",
    "5.3",
    "messages of `delay`, `apply_async`, `send_task`",
    "chains and groups, told task by task",
)


def seam(recorder: Recorder) -> list[Seam]:
    """Two seams: what is sent to a broker, and what eager mode runs instead."""

    def install_sending(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def send_task(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
                recording = recorder.current()
                if recording is None:
                    return original(self, name, *args, **kwargs)
                recording.reach(f"PUBLISH celery {name}")
                # Below it kombu publishes, and heartbeats and declarations are no effects of the application.
                with recorder.speaking(KIND):
                    result = original(self, name, *args, **kwargs)
                published(recorder, recording, "celery", str(name), None)
                return result

            return send_task

        patcher.replace(reach(module, "Celery"), "send_task", listening)

    def install_eager(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def apply_async(self: Any, *args: Any, **kwargs: Any) -> Any:
                recording = recorder.current()
                if recording is not None and self._get_app().conf.task_always_eager:
                    recording.reach(f"PUBLISH celery {self.name}")
                    published(recorder, recording, "celery", str(self.name), None)
                return original(self, *args, **kwargs)

            return apply_async

        patcher.replace(reach(module, "Task"), "apply_async", listening)

    return [
        Seam("Celery publishing", "celery.app.base", _LIBRARY, install_sending),
        Seam("Celery eager mode", "celery.app.task", _LIBRARY, install_eager),
    ]
