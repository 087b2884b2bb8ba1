"""``kombu`` producers used directly."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .messages import KIND, published

_LIBRARY = Library("kombu", "kombu", "5.3", "messages of producers")


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        def listening(original: Any) -> Any:
            def publish(self: Any, body: Any, routing_key: Any = None, *args: Any, **kwargs: Any) -> Any:
                recording = recorder.current()
                if recording is None or recorder.spoken_for(KIND):
                    return original(self, body, routing_key, *args, **kwargs)
                recording.reach("PUBLISH kombu")
                # A transport over Redis or SQL writes rows of its own, which are this one message.
                with recorder.speaking(KIND):
                    result = original(self, body, routing_key, *args, **kwargs)
                exchange = kwargs.get("exchange") or getattr(self, "exchange", None)
                names = (
                    getattr(exchange, "name", exchange),
                    routing_key or getattr(self, "routing_key", None),
                )
                destination = "/".join(str(name) for name in names if name)
                published(recorder, recording, "kombu", destination, body, kwargs.get("message_id"))
                return result

            return publish

        patcher.replace(reach(module, "Producer"), "publish", listening)

    return [Seam("kombu", "kombu.messaging", _LIBRARY, install)]
