"""The fixture ``prodready``: what a test says to the plugin, beside its markers."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

from .._inbound import functions
from .._inbound.messages import copied
from .._runtime.recorder import Recorder

M = TypeVar("M")
T = TypeVar("T")


class Prodready:
    """What the fixture ``prodready`` gives to a test.

    Args:
        recorder: where deliveries are written down, or None in a run that listens to nothing.
    """

    def __init__(self, recorder: Recorder | None) -> None:
        self._recorder = recorder

    @overload
    def deliver(self, handler: Callable[[M], Awaitable[T]], message: M, times: int = 1) -> Awaitable[T]: ...

    @overload
    def deliver(self, handler: Callable[[M], T], message: M, times: int = 1) -> T: ...

    def deliver(self, handler: Callable[[Any], Any], message: Any, times: int = 1) -> Any:
        """Deliver a message to a handler, as a broker, a scheduler or a caller would.

        Returning acknowledges the message, raising refuses it. The handler is an operation of its own in
        the report, named ``module:function``. With ``@pytest.mark.idempotent`` on the test, the variant
        delivers an equal message once more.

        Args:
            handler: function, method or coroutine function that takes the message.
            message: dict, bytes, dataclass, pydantic model or anything else the handler takes; its
                containers are copied for each further delivery, so that a handler that changes them changes
                no later one.
            times: how often the test itself delivers it, at least 1.

        Returns:
            What the handler returned for the last delivery; an awaitable of it for a coroutine function.

        Raises:
            ValueError: ``times`` is less than 1.
            Exception: whatever the handler raises.

        Since:
            0.1
        """
        if times < 1:
            raise ValueError(f"prodready.deliver(times={times!r}): expected a whole number from 1")
        messages = [message, *(copied(message) for _ in range(times - 1))]
        if inspect.iscoroutinefunction(handler):
            return self._deliver_async(handler, messages)
        return [self._once(handler, each) for each in messages][-1]

    async def _deliver_async(self, handler: Callable[[Any], Any], messages: list[Any]) -> Any:
        return [await self._once(handler, each) for each in messages][-1]

    def _once(self, handler: Callable[[Any], Any], message: Any) -> Any:
        if self._recorder is None:
            return handler(message)
        return functions.deliver(self._recorder, handler, message)
