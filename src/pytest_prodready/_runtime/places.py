"""Where in the user's own code something happened."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import FrameType

from .._model.effect import Place

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
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

    def here(self) -> Place | None:
        """The innermost frame under the root that is neither installed nor ours, or None."""
        return next(
            (
                self._place(frame.f_code.co_filename, frame.f_lineno)
                for frame in _frames(sys._getframe(1))
                if self.is_first_party(frame.f_code.co_filename)
            ),
            None,
        )

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
