"""What the markers of one test demand; what is wrong with them is told with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from .._model.behaviour import LEVELS, Behaviour
from .catalogue import Catalogue
from .suggest import did_you_mean


class MarkerError(Exception):
    """A marker of ours says something that cannot be meant."""


@dataclass(frozen=True)
class Demand:
    """One variant that a test gets.

    Args:
        behaviour: whose trial it is.
        variant: static id.
        options: the marker's keywords.
        asserted: a marker asked for it; False in a probe.
        skipped: the reason that a marker gave for not running it, or "".
    """

    behaviour: Behaviour
    variant: str
    options: Mapping[str, Any]
    asserted: bool
    skipped: str = ""

    @property
    def name(self) -> str:
        """``behaviour/variant``."""
        return f"{self.behaviour.name}/{self.variant}"


class Demands:
    """Reads markers against the catalogue.

    Args:
        catalogue: behaviours and their options.
        marks: marker name to behaviour name, as registered in this run.
        probing: every test demands what its level does.
        level: the suite's level.
    """

    def __init__(self, catalogue: Catalogue, marks: Mapping[str, str], probing: bool, level: str) -> None:
        self._catalogue = catalogue
        self._marks = marks
        self._probing = probing
        self._level = level

    def of(self, item: pytest.Function) -> list[Demand]:
        """The variants that a test gets, in a fixed order.

        Raises:
            MarkerError: unknown option, behaviour or level, wrong value, missing reason.
        """
        try:
            return self._of(item)
        except MarkerError as error:
            path, line, name = item.location
            raise MarkerError(f"{path}:{(line or 0) + 1}: {name}: {error}") from None

    def _of(self, item: pytest.Function) -> list[Demand]:
        asked = {
            self._marks[mark.name]: mark
            for mark in reversed(list(item.iter_markers()))
            if mark.name in self._marks
        }
        for mark in item.iter_markers():
            if mark.name in self._marks:
                self._check_options(self._catalogue.behaviours[self._marks[mark.name]], mark)
        skips = self._skips(item)
        wanted = self._by_level(item)
        demands: list[Demand] = []
        for name, behaviour in self._catalogue.behaviours.items():
            if name not in asked and wanted.get(name) is None:
                continue
            demanded = behaviour.demanding.get(self._level_of(item), {}) if name in wanted else {}
            options = {**demanded, **(asked[name].kwargs if name in asked else {})}
            asserted = name in asked or bool(wanted.get(name))
            for variant in behaviour.variants:
                if not behaviour.wanted(variant, options):
                    continue
                reason = skips.get(name) or skips.get(f"{name}/{variant}", "")
                demands.append(Demand(behaviour, variant, options, asserted, reason))
        return demands

    def _by_level(self, item: pytest.Function) -> dict[str, bool]:
        """Behaviours that a level demands: True where a marker named the level, False in a probe."""
        mark = item.get_closest_marker("prodready")
        level = mark.kwargs.get("level") if mark is not None else None
        if level is None and not self._probing:
            return {}
        if level is not None and level not in LEVELS:
            raise MarkerError(f"prodready(level={level!r}): unknown level{did_you_mean(str(level), LEVELS)}")
        chosen = self._level_of(item)
        return {
            name: level is not None
            for name, behaviour in self._catalogue.behaviours.items()
            if behaviour.variants and behaviour.levels.get(chosen) == "required"
        }

    def _level_of(self, item: pytest.Function) -> str:
        """The level that the closest marker names, else the suite's."""
        mark = item.get_closest_marker("prodready")
        named = mark.kwargs.get("level") if mark is not None else None
        return str(named or self._level)

    def _skips(self, item: pytest.Function) -> dict[str, str]:
        skips: dict[str, str] = {}
        for mark in item.iter_markers("prodready"):
            unknown = set(mark.kwargs) - {"level", "skip"}
            if unknown or mark.args:
                word = sorted(unknown)[0] if unknown else repr(mark.args[0])
                raise MarkerError(f"prodready({word}): unknown option{did_you_mean(word, ('level', 'skip'))}")
            given = mark.kwargs.get("skip") or {}
            if not isinstance(given, dict):
                raise MarkerError('prodready(skip=...): expected a dict such as {"idempotent": "why"}')
            for name, reason in given.items():
                self._check_skip(name, reason)
                skips[name] = reason
        return skips

    def _check_skip(self, name: Any, reason: Any) -> None:
        behaviour, _, variant = str(name).partition("/")
        known = self._catalogue.behaviours.get(behaviour)
        if known is None:
            guess = did_you_mean(behaviour, self._catalogue.behaviours)
            raise MarkerError(f"prodready(skip={{{name!r}: ...}}): unknown behaviour{guess}")
        if variant and variant not in known.variants:
            raise MarkerError(
                f"prodready(skip={{{name!r}: ...}}): unknown variant{did_you_mean(variant, known.variants)}"
            )
        if not isinstance(reason, str) or not reason.strip():
            raise MarkerError(f"prodready(skip={{{name!r}: ...}}): a reason is obligatory; expected a text")

    def _check_options(self, behaviour: Behaviour, mark: pytest.Mark) -> None:
        options = {option.name: option for option in behaviour.options}
        valid = list(options)
        if mark.args:
            raise MarkerError(
                f"{mark.name}({mark.args[0]!r}): options are keywords. Valid: {', '.join(sorted(valid))}"
            )
        for name, value in mark.kwargs.items():
            option = options.get(name)
            if option is None:
                raise MarkerError(f"{mark.name}({name}={value!r}): unknown option{did_you_mean(name, valid)}")
            if not option.check(value):
                raise MarkerError(f"{mark.name}({name}={value!r}): expected {option.accepts}")
