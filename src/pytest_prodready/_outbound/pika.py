"""``pika``: messages published on blocking and on asynchronous channels."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .messages import KIND, published

_LIBRARY = Library("pika", "pika", "1.3", "messages of blocking and asynchronous channels")


def seam(recorder: Recorder) -> list[Seam]:
    """Two seams, since a blocking channel is a class of its own above the asynchronous one."""

    def install_at(name: str) -> Any:
        def install(patcher: Patcher, module: ModuleType) -> None:
            patcher.replace(reach(module, name), "basic_publish", listening)

        return install

    def listening(original: Any) -> Any:
        def basic_publish(
            self: Any,
            exchange: str,
            routing_key: str,
            body: Any,
            properties: Any = None,
            *args: Any,
            **kw: Any,
        ) -> Any:
            recording = recorder.current()
            if recording is None or recorder.spoken_for(KIND):
                return original(self, exchange, routing_key, body, properties, *args, **kw)
            recording.reach("PUBLISH pika")
            with recorder.speaking(KIND):
                result = original(self, exchange, routing_key, body, properties, *args, **kw)
            destination = "/".join(name for name in (exchange, routing_key) if name)
            identity = getattr(properties, "message_id", None)
            published(recorder, recording, "pika", destination, body, identity)
            return result

        return basic_publish

    return [
        Seam("pika blocking", "pika.adapters.blocking_connection", _LIBRARY, install_at("BlockingChannel")),
        Seam("pika", "pika.channel", _LIBRARY, install_at("Channel")),
    ]
