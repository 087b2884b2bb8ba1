"""Where in the user's own code something happened."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from types import FrameType

from .._model.effect import Place
from .doubles import Doubles

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# Where a delivery enters the application: what lies outside of it is the test.
_ENTRANCES = tuple(
    os.path.join(_OURS, "_inbound", f"{name}.py") for name in ("conversation", "meeting", "beside")
)
_FOREIGN = (
    f"{os.sep}site-packages{os.sep}",
    f"{os.sep}dist-packages{os.sep}",
    os.path.dirname(os.__file__) + os.sep,
)


class Places:
    """Finds the innermost first-party line of the running code.

    Args:
        root: the directory under which code is first-party.
    """

    def __init__(self, root: str) -> None:
        self._root = root.rstrip(os.sep) + os.sep
        self._known: dict[str, bool] = {}
        self.doubles = Doubles(self.is_first_party)

    def here(self) -> Place | None:
        """The innermost frame of the delivery under the root that is neither installed nor ours, or None."""
        frames = list(
            takewhile(lambda frame: frame.f_code.co_filename not in _ENTRANCES, _frames(sys._getframe(1)))
        )
        line = next((frame for frame in frames if self.is_first_party(frame.f_code.co_filename)), None)
        if line is None:
            return None
        place = self._place(line.f_code.co_filename, line.f_lineno)
        return replace(place, double=True) if self.doubles.acted(frames) else place

    def place(self, filename: str, line: int) -> Place | None:
        """The place of a known line, or None where the file is not first-party."""
        return self._place(filename, line) if self.is_first_party(filename) else None

    def caller_is(self, packages: tuple[str, ...]) -> bool:
        """Whether the code that called the patched function belongs to one of these packages."""
        module = str(sys._getframe(2).f_globals.get("__name__", ""))
        return module.partition(".")[0] in packages

    def _place(self, filename: str, line: int) -> Place:
        return Place(filename[len(self._root) :].replace(os.sep, "/"), line)

    def is_first_party(self, filename: str) -> bool:
        """Whether a file is the user's own code."""
        if filename not in self._known:
            self._known[filename] = self._belongs(filename)
        return self._known[filename]

    def _belongs(self, filename: str) -> bool:
        return (
            filename.startswith(self._root)
            and not filename.startswith(_OURS)
            and not any(part in filename for part in _FOREIGN)
        )


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    """The running frames, innermost first, across greenlets.

    SQLAlchemy's asyncio engines run in a greenlet, whose frames end where the coroutine's go on.
    """
    greenlet = sys.modules.get("greenlet")
    current = greenlet.getcurrent() if greenlet is not None else None
    while frame is not None:
        yield frame
        frame = frame.f_back
        if frame is None and current is not None:
            current = current.parent
            frame = getattr(current, "gr_frame", None)
