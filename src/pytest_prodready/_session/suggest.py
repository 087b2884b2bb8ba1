"""Did you mean: the nearest valid word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """``; did you mean 'x'? Valid: ...`` as the end of a message."""
    words = sorted(valid)
    near = difflib.get_close_matches(word, words, n=1)
    guess = f"; did you mean {near[0]!r}?" if near else "."
    return f"{guess} Valid: {', '.join(words)}"
