"""What the test's own code does while a request runs: its doubles stand for the world.

An application, too, may be defined by a test or a conftest. So it is not the file alone that tells: a double
is code of the test that code of the application calls directly, by a name that the test has replaced.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, FrameType
from typing import Any

_CONFTEST = f"{os.sep}conftest.py"
# What stands between the application and a double: the mock, and the seam that listens to it.
_MOCKS = frozenset(
    (
        os.path.join(os.path.dirname(os.__file__), "unittest", "mock.py"),
        os.path.join(os.path.dirname(os.path.dirname(__file__)), "_outbound", "unittest_mock.py"),
    )
)


class Doubles:
    """Tells the running test's doubles from the application.

    Args:
        first_party: whether a file belongs to the project.
    """

    def __init__(self, first_party: Callable[[str], bool]) -> None:
        self._first_party = first_party
        self._file = ""
        self._own: frozenset[CodeType] = frozenset()

    def of_test(self, path: str, function: Any) -> None:
        """From now on that test runs."""
        code = getattr(inspect.unwrap(function), "__code__", None)
        self._file = path
        self._own = frozenset(_nested(code)) if code is not None else frozenset()

    def acted(self, frames: Sequence[FrameType]) -> bool:
        """Whether one of the test's doubles is among the frames of a delivery.

        Args:
            frames: innermost first, up to the application's outermost.
        """
        known = [frame for frame in frames if frame.f_code.co_filename not in _MOCKS]
        return any(
            self._stands_between(frame, caller)
            and not _composed(frame.f_code, caller)
            and not self._hands_on(inner, frame, caller)
            for inner, frame, caller in zip([None, *known], known, known[1:], strict=False)
        )

    def _stands_between(self, frame: FrameType, caller: FrameType) -> bool:
        """Code of the test that the application has called."""
        if not self._first_party(caller.f_code.co_filename):
            return False
        if frame.f_code in self._own:
            return caller.f_code not in self._own
        return self._of_tests(frame) and not self._of_tests(caller)

    def _of_tests(self, frame: FrameType) -> bool:
        file = frame.f_code.co_filename
        return file == self._file or file.endswith(_CONFTEST)

    def _hands_on(self, inner: FrameType | None, frame: FrameType, caller: FrameType) -> bool:
        """A spy calls what the application would have called, and an override what it overrides."""
        if inner is None:
            return False
        name = inner.f_code.co_name
        if name == frame.f_code.co_name:
            return True
        applications = self._first_party(inner.f_code.co_filename) and not self._of_tests(inner)
        return applications and name in caller.f_code.co_names


def _composed(code: CodeType, caller: FrameType) -> bool:
    """The caller was given the function, as a decorator or a middleware is: it replaces nothing."""
    names = (*caller.f_code.co_varnames[: caller.f_code.co_argcount], *caller.f_code.co_freevars)
    given = [caller.f_locals[name] for name in names if name in caller.f_locals]
    if any(_code(value) is code for value in given):
        return True
    kept = getattr(given[0], "__dict__", {}) if given else {}
    return any(
        _code(value) is code and not hasattr(type(given[0]), name) for name, value in list(kept.items())
    )


def _code(value: Any) -> Any:
    return getattr(value, "__code__", None) if callable(value) else None


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)
