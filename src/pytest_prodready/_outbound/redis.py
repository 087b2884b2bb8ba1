"""``redis-py`` clients and pipelines, sync and asyncio; fakeredis's are subclasses of them.

A key is read before its first write of a delivery and after each. What has a time to live is a cache, a
lock, a session or a rate limit, and no effect. What is published, or added to a stream, is a message.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from .._model.effect import CallEffect
from .._runtime.digest import digest
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder
from .._runtime.recording import Recording
from .calls import is_loopback
from .keys import Command, pattern, understand
from .messages import KIND
from .values import Commands, KeyWatch

_NAME = "redis"
# An option of redis-py's own: the reply stays bytes, whatever the client was told to decode.
_BYTES: dict[str, list[Any]] = {"NEVER_DECODE": []}

Ask = Callable[..., Any]
_LIBRARY = Library(
    "redis-py",
    "redis",
    "5.0",
    "keys without an expiry, sync and asyncio, also of fakeredis",
    "clusters, modules, scripts without keys",
)


def seam(recorder: Recorder) -> list[Seam]:
    """Two seams: the synchronous clients and those of asyncio."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        _listen(patcher, _Keys(recorder), reach(module, "Redis"), reach(module, "Pipeline"))

    def install_async(patcher: Patcher, module: ModuleType) -> None:
        _listen_async(patcher, _Keys(recorder), reach(module, "Redis"), reach(module, "Pipeline"))

    return [
        Seam("redis", "redis.client", _LIBRARY, install),
        Seam("redis.asyncio", "redis.asyncio.client", _LIBRARY, install_async),
    ]


class _Keys:
    """Turns commands into questions about keys, and into messages."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def recording(self) -> Recording | None:
        """The delivery that is to be told; a broker's own commands are told by the seam above."""
        recording = self.recorder.current()
        return None if recording is None or self.recorder.spoken_for(KIND) else recording

    def before(self, recording: Recording, pool: Any, commands: Sequence[Command]) -> Commands:
        """What to ask when commands are about to run."""
        place = self.recorder.places.here()
        if _remote(pool) and any(command.kind in ("write", "opaque") for command in commands):
            recording.limits.add("remote-database")
        watch = _watch(recording, pool)
        if not _is_fake(pool):  # its clock is this process's, which has been moved
            yield from watch.ageing(commands)
        yield from watch.writing(commands, recording, place)

    def after(self, recording: Recording, pool: Any, commands: Sequence[Command]) -> Commands:
        """What to ask when they have run, or failed."""
        yield from _watch(recording, pool).written(commands, recording)

    def published(self, recording: Recording, commands: Sequence[Command], stack: Sequence[Any]) -> None:
        """Commands that are messages have been accepted."""
        with self.recorder.harmless(_NAME):
            recording.acts.extend(
                CallEffect(
                    dependency=_NAME,
                    method="PUBLISH",
                    path=f"/{pattern(command.keys[0])}",
                    payload=digest(repr(arguments)),
                    place=self.recorder.places.here(),
                )
                for command, arguments in zip(commands, stack, strict=True)
                if command.kind == "message" and command.keys
            )


def _watch(recording: Recording, pool: Any) -> KeyWatch:
    known = pool.connection_kwargs
    place = tuple(known.get(name) for name in ("host", "port", "path", "db"))
    watch = recording.source((_NAME, place, id(known.get("server"))), KeyWatch)
    assert isinstance(watch, KeyWatch)
    return watch


def _remote(pool: Any) -> bool:
    """Whether the server is on another machine; fakeredis gives its servers names that are no hosts."""
    host = pool.connection_kwargs.get("host")
    return bool(host) and not _is_fake(pool) and not is_loopback(str(host))


def _is_fake(pool: Any) -> bool:
    """Whether the server lives in this process."""
    return str(getattr(pool.connection_class, "__module__", "")).startswith("fakeredis")


def _answer(asking: Commands, ask: Ask) -> None:
    try:
        command = next(asking)
        while True:
            command = asking.send(ask(*command, **_BYTES))
    except StopIteration:
        pass


async def _answer_async(asking: Commands, ask: Ask) -> None:
    try:
        command = next(asking)
        while True:
            command = asking.send(await ask(*command, **_BYTES))
    except StopIteration:
        pass


def _listen(patcher: Patcher, keys: _Keys, client: Any, pipeline: Any) -> None:
    execute_command, immediately = client.execute_command, pipeline.immediate_execute_command

    def run(self: Any, stack: Sequence[Any], asker: Callable[[], Ask], call: Callable[[], Any]) -> Any:
        recording = keys.recording()
        if recording is None:
            return call()
        commands = [understand(arguments) for arguments in stack]
        recording.reach(_told(commands))
        with keys.recorder.harmless(_NAME):
            _answer(keys.before(recording, self.connection_pool, commands), asker())
        try:
            result = call()
        finally:
            with keys.recorder.harmless(_NAME):
                _answer(keys.after(recording, self.connection_pool, commands), asker())
        keys.published(recording, commands, stack)
        return result

    def aside(self: Any) -> Ask:
        """A pipeline that watches keys is asked on its own connection, for the pool may have no other."""
        if self.connection is not None:
            return functools.partial(immediately, self)
        return functools.partial(execute_command, client(connection_pool=self.connection_pool))

    def commanding(original: Any) -> Any:
        def execute_command(self: Any, *args: Any, **options: Any) -> Any:
            ask = functools.partial(original, self)
            return run(self, [args], lambda: ask, functools.partial(original, self, *args, **options))

        return execute_command

    def watching(original: Any) -> Any:
        def immediate_execute_command(self: Any, *args: Any, **options: Any) -> Any:
            call = functools.partial(original, self, *args, **options)
            return run(self, [args], functools.partial(aside, self), call)

        return immediate_execute_command

    def executing(original: Any) -> Any:
        def execute(self: Any, *args: Any, **options: Any) -> Any:
            call = functools.partial(original, self, *args, **options)
            return run(self, _stacked(self), functools.partial(aside, self), call)

        return execute

    patcher.replace(client, "execute_command", commanding)
    patcher.replace(pipeline, "immediate_execute_command", watching)
    patcher.replace(pipeline, "execute", executing)


def _listen_async(patcher: Patcher, keys: _Keys, client: Any, pipeline: Any) -> None:
    execute_command, immediately = client.execute_command, pipeline.immediate_execute_command

    async def run(self: Any, stack: Sequence[Any], asker: Callable[[], Ask], call: Callable[[], Any]) -> Any:
        recording = keys.recording()
        if recording is None:
            return await call()
        commands = [understand(arguments) for arguments in stack]
        await recording.reach_async(_told(commands))
        with keys.recorder.harmless(_NAME):
            await _answer_async(keys.before(recording, self.connection_pool, commands), asker())
        try:
            result = await call()
        finally:
            with keys.recorder.harmless(_NAME):
                await _answer_async(keys.after(recording, self.connection_pool, commands), asker())
        keys.published(recording, commands, stack)
        return result

    def aside(self: Any) -> Ask:
        if self.connection is not None:
            return functools.partial(immediately, self)
        return functools.partial(execute_command, client(connection_pool=self.connection_pool))

    def commanding(original: Any) -> Any:
        async def execute_command(self: Any, *args: Any, **options: Any) -> Any:
            ask = functools.partial(original, self)
            return await run(self, [args], lambda: ask, functools.partial(original, self, *args, **options))

        return execute_command

    def watching(original: Any) -> Any:
        async def immediate_execute_command(self: Any, *args: Any, **options: Any) -> Any:
            call = functools.partial(original, self, *args, **options)
            return await run(self, [args], functools.partial(aside, self), call)

        return immediate_execute_command

    def executing(original: Any) -> Any:
        async def execute(self: Any, *args: Any, **options: Any) -> Any:
            call = functools.partial(original, self, *args, **options)
            return await run(self, _stacked(self), functools.partial(aside, self), call)

        return execute

    patcher.replace(client, "execute_command", commanding)
    patcher.replace(pipeline, "immediate_execute_command", watching)
    patcher.replace(pipeline, "execute", executing)


def _told(commands: Sequence[Command]) -> str:
    """What a client is about to do, in two words."""
    first = next((command for command in commands if command.keys), None)
    if first is None:
        return commands[0].name if commands else _NAME
    return f"{first.name} {pattern(first.keys[0])}"


def _stacked(pipeline: Any) -> list[tuple[Any, ...]]:
    """The commands that wait in a pipeline, without their options."""
    return [arguments for arguments, _ in pipeline.command_stack]
