"""``logging``: how many records a delivery made, and at which level; never what they say."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._model.effect import LogLine
from .._runtime.patcher import Library, Patcher, Seam
from .._runtime.recorder import Recorder

_LIBRARY = Library("logging", "", "3.10", "log records, told beside a finding")


def seam(recorder: Recorder) -> list[Seam]:
    """The record factory sees every record, also of loggers that do not propagate."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        before = module.getLogRecordFactory()

        def factory(*args: Any, **kwargs: Any) -> Any:
            record = before(*args, **kwargs)
            recording = recorder.current()
            if recording is not None:
                place = recorder.places.place(record.pathname, record.lineno)
                recording.logs.append(LogLine(record.levelname, place))
            return record

        def restore() -> None:
            if module.getLogRecordFactory() is factory:
                module.setLogRecordFactory(before)

        module.setLogRecordFactory(factory)
        patcher.on_close(restore)

    return [Seam("logging", "logging", _LIBRARY, install)]
