"""pytest-prodready: would your test suite have caught it before production did?

The public face is the plugin itself (markers, options, reports), :mod:`pytest_prodready.testing` for
authors of behaviours, and the names below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._session.facade import Prodready
    from .testing import Specimen

__all__ = ["Prodready", "Specimen", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name == "Prodready":
        from ._session.facade import Prodready

        return Prodready
    if name == "Specimen":
        from .testing import Specimen

        return Specimen
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
