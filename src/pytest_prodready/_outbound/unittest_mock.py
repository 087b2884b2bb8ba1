"""Functions that a test has replaced by ``unittest.mock.patch``: a call of the mock is a mocked call.

One that was told what to return is asked something. One that was not may stand for an act: a second call of
it proves nothing, and makes it known that an effect was mocked away. One that raises stands for a
dependency that failed.
"""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any

from .._model.effect import CallEffect
from .._runtime.digest import digest
from .._runtime.patcher import Library, Patcher, Seam, reach
from .._runtime.recorder import Recorder

_NAME = "unittest.mock"
_LIBRARY = Library(
    _NAME,
    "",
    "3.10",
    "calls of functions replaced by `patch`, as unknown dependencies",
    "mocks that were told what to return; functions replaced by monkeypatch",
)


def seam(recorder: Recorder) -> list[Seam]:
    """The seam for this recorder."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        boundaries = _Boundaries(recorder, reach(module, "DEFAULT"))
        patcher.replace(reach(module, "_patch"), "__enter__", boundaries.patching)
        patcher.replace(reach(module, "_patch"), "__exit__", boundaries.unpatching)
        patcher.replace(reach(module, "CallableMixin"), "_mock_call", boundaries.calling)

    return [Seam(_NAME, "unittest.mock", _LIBRARY, install)]


class _Boundaries:
    """The mocks that stand for functions, and what they are called.

    Args:
        recorder: knows the delivery in which a mock is called.
        untold: the return value of a mock that was not told any.
    """

    def __init__(self, recorder: Recorder, untold: Any) -> None:
        self._recorder = recorder
        self._untold = untold
        # By identity: to hash a mock may be to call it.
        self._names: dict[int, str] = {}

    def patching(self, original: Any) -> Any:
        """Around the start of a patch: a mock in the place of a function is one at a boundary."""

        def __enter__(patch: Any) -> Any:
            new = original(patch)
            with self._recorder.harmless(_NAME):
                mock = _in_place(patch)
                if mock is not None and _is_function(patch.temp_original):
                    place = getattr(patch.target, "__name__", type(patch.target).__name__)
                    self._names[id(mock)] = f"{place}.{patch.attribute}"
            return new

        return __enter__

    def unpatching(self, original: Any) -> Any:
        """Around the end of a patch."""

        def __exit__(patch: Any, *details: Any) -> Any:
            with self._recorder.harmless(_NAME):
                self._names.pop(id(_in_place(patch)), None)
            return original(patch, *details)

        return __exit__

    def calling(self, original: Any) -> Any:
        """Around a call of a mock."""

        def _mock_call(mock: Any, /, *args: Any, **kwargs: Any) -> Any:
            recording = self._recorder.current()
            name = self._names.get(id(mock)) if recording is not None else None
            if recording is None or name is None:
                return original(mock, *args, **kwargs)
            recording.reach(f"call {name}")
            untold = self._is_untold(mock)
            try:
                result = original(mock, *args, **kwargs)
            except Exception as error:
                recording.dependency_failed = True
                self._tell(recording, name, args, type(error).__name__)
                raise
            if untold:
                self._tell(recording, name, args, None)
            return result

        return _mock_call

    def _is_untold(self, mock: Any) -> bool:
        """Whether nobody said what it returns; it makes a mock of its own to return, once it is asked."""
        returned = mock._mock_return_value
        made = hasattr(type(returned), "_mock_call") and returned._mock_new_parent is mock
        return (returned is self._untold or made) and mock.side_effect is None

    def _tell(self, recording: Any, name: str, args: tuple[Any, ...], error: str | None) -> None:
        with self._recorder.harmless(_NAME):
            recording.acts.append(
                CallEffect(
                    dependency=name,
                    method="MOCK",
                    path="",
                    error=error,
                    unknown=True,
                    payload=digest(repr(args)),
                    place=self._recorder.places.here(),
                )
            )


def _in_place(patch: Any) -> Any:
    """The mock that a patch has put in its place; None where it is something else."""
    found = getattr(patch.target, patch.attribute, None)
    if isinstance(found, FunctionType):
        found = vars(found).get("mock")  # autospec wraps it into a function
    return found if hasattr(type(found), "_mock_call") else None


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, type) and hasattr(value, "__code__")
