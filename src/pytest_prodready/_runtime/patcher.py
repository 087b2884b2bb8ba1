"""The only hand that changes other people's modules, and puts everything back.

A seam names the module it listens to and what it replaces there. Nothing is imported for a seam:
it is installed when the user's code imports the library, or at once where that has happened.
"""

from __future__ import annotations

import functools
import importlib.metadata
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

Replacement = Callable[..., Any]
_ABSENT = object()


class SeamMoved(Exception):
    """A library does not have what the seam listens at."""


@dataclass(frozen=True)
class Library:
    """What is heard of one library, for its seams and for the page of what is supported.

    Args:
        name: what messages and the page call it.
        distribution: the distribution that tells the version; "" for the standard library.
        lowest: the lowest supported version; of Python, for the standard library.
        heard: what is heard of it, for the page; "" where the page has no row for it.
        unheard: what is not heard of it, or not judged.
    """

    name: str
    distribution: str
    lowest: str
    heard: str = ""
    unheard: str = ""

    @property
    def version(self) -> str:
        """The installed version, or "unknown" for what is not a distribution of its name."""
        if not self.distribution:
            return "{}.{}.{}".format(*sys.version_info[:3])
        try:
            return importlib.metadata.version(self.distribution)
        except importlib.metadata.PackageNotFoundError:
            return "unknown"

    @property
    def requirement(self) -> str:
        """What to install, in pip's words."""
        return f"{self.distribution}>={self.lowest}"


@dataclass(frozen=True)
class Seam:
    """One place of one library where traffic can be heard.

    Args:
        name: what the report calls it.
        module: the module whose import installs it.
        library: whose module that is.
        install: called with the patcher and the module.
    """

    name: str
    module: str
    library: Library
    install: Callable[[Patcher, ModuleType], None]


@dataclass
class _Patch:
    owner: Any
    name: str
    before: Any
    wrapper: Any

    def undo(self) -> str | None:
        # What was put back by somebody else (pytest-socket does so after each test) is in nobody's way.
        now = vars(self.owner).get(self.name)
        if now is not self.wrapper and now is not self.wrapper.__wrapped__:
            return f"{_label(self.owner)}.{self.name} was replaced by somebody else and is left as it is"
        if self.before is _ABSENT:
            delattr(self.owner, self.name)
        else:
            setattr(self.owner, self.name, self.before)
        return None


@dataclass
class Patcher:
    """Installs seams and undoes them last-in-first-out.

    Attributes:
        alarms: what went wrong, in sentences for the user; the run goes on without that seam.
        installed: seam name to library version.
    """

    alarms: list[str] = field(default_factory=list)
    installed: dict[str, str] = field(default_factory=dict)
    _undo: list[Callable[[], str | None]] = field(default_factory=list)
    _open: bool = True

    def listen(self, seam: Seam) -> None:
        """Install the seam when its module is imported, or now."""
        if seam.module in sys.modules:
            self._install(seam, sys.modules[seam.module])
            return
        from wrapt import register_post_import_hook

        register_post_import_hook(functools.partial(self._install, seam), seam.module)

    def replace(self, owner: Any, name: str, make: Callable[[Any], Replacement]) -> None:
        """Put ``make(original)`` in the place of ``owner.name``.

        Raises:
            SeamMoved: the owner has no such attribute.
        """
        if not hasattr(owner, name):
            raise SeamMoved(f"{_label(owner)} has no {name!r}")
        original = getattr(owner, name)
        wrapper = make(original)
        functools.update_wrapper(wrapper, original)
        patch = _Patch(owner, name, vars(owner).get(name, _ABSENT), wrapper)
        setattr(owner, name, wrapper)
        self._undo.append(patch.undo)

    def on_close(self, undo: Callable[[], None]) -> None:
        """Call ``undo`` when the run ends, in reverse order."""
        self._undo.append(lambda: undo())

    def close(self) -> None:
        """Put everything back."""
        self._open = False
        while self._undo:
            complaint = self._undo.pop()()
            if complaint:
                self.alarms.append(complaint)

    def _install(self, seam: Seam, module: ModuleType) -> None:
        """Never raises: this may run inside the user's own ``import`` statement."""
        if not self._open or seam.name in self.installed:
            return
        library, version = seam.library, seam.library.version
        if _release(version) < _release(library.lowest):
            self._alarm(
                f"{library.name} is not heard: {library.distribution} {version} is older than "
                f"{library.lowest}, the lowest supported; pip install '{library.requirement}'"
            )
            return
        mark = len(self._undo)
        try:
            seam.install(self, module)
        except Exception as error:
            while len(self._undo) > mark:
                self._undo.pop()()
            self._alarm(
                f"{seam.name} is not heard: {library.distribution or 'Python'} {version} "
                f"has moved the place listened at ({error})"
            )
        else:
            self.installed[seam.name] = version

    def _alarm(self, text: str) -> None:
        """Once: the seams of one library share their trouble."""
        if text not in self.alarms:
            self.alarms.append(text)


def reach(module: ModuleType, path: str) -> Any:
    """The object at a dotted path within a module.

    Raises:
        SeamMoved: a part of the path does not exist.
    """
    target: Any = module
    for part in path.split("."):
        if not hasattr(target, part):
            raise SeamMoved(f"{_label(target)} has no {part!r}")
        target = getattr(target, part)
    return target


def _label(owner: Any) -> str:
    return str(getattr(owner, "__qualname__", None) or getattr(owner, "__name__", None) or owner)


def _release(version: str) -> tuple[float, ...]:
    """The numbers that a version begins with, to be compared; what tells none is never too old."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    if numbers is None:
        return (float("inf"),)
    return tuple(int(number) for number in re.sub(r"(?:\.0+)+$", "", numbers[0]).split("."))
