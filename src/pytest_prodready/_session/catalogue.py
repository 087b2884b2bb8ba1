"""The catalogue: every behaviour and every seam, found by being a file in its room."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable

import pytest

from .. import _behaviours, _inbound, _outbound
from .._model.behaviour import Behaviour
from .._model.finding import Rule
from .._runtime.patcher import Seam
from .._runtime.recorder import Recorder


class Catalogue:
    """All behaviours in the order of their names.

    Args:
        contributed: behaviours from other plugins.

    Raises:
        pytest.UsageError: two behaviours share a name.
    """

    def __init__(self, contributed: Iterable[Behaviour] = ()) -> None:
        ours = [module.BEHAVIOUR for module in _modules(_behaviours) if hasattr(module, "BEHAVIOUR")]
        self.behaviours: dict[str, Behaviour] = {}
        for behaviour in sorted([*ours, *contributed], key=lambda behaviour: behaviour.name):
            if behaviour.name in self.behaviours:
                raise pytest.UsageError(f"prodready: two behaviours are called {behaviour.name!r}")
            self.behaviours[behaviour.name] = behaviour

    @property
    def rules(self) -> list[Rule]:
        """All rules in the order of their ids."""
        return sorted(
            (rule for behaviour in self.behaviours.values() for rule in behaviour.rules),
            key=lambda rule: rule.id,
        )


def seams(recorder: Recorder) -> list[Seam]:
    """Every seam, outbound before inbound, so that the application is heard before it is spoken to."""
    makers = [
        module.seam for room in (_outbound, _inbound) for module in _modules(room) if hasattr(module, "seam")
    ]
    return [seam for make in makers for seam in make(recorder)]


def cure(missing: str) -> str:
    """What to do about a module that cannot be imported, where it is a supported library's; else ""."""
    for seam in seams(Recorder("")):
        if seam.library.distribution and seam.module.partition(".")[0] == missing.partition(".")[0]:
            return f"; pip install '{seam.library.requirement}'"
    return ""


def _modules(package: object) -> list[object]:
    path, name = package.__path__, package.__name__  # type: ignore[attr-defined]
    return [importlib.import_module(f"{name}.{module.name}") for module in pkgutil.iter_modules(path)]
