"""The catalogue: a behaviour is whole, with its page, its test, its specimens and its fragment."""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_prodready._model.behaviour import Behaviour
from pytest_prodready._model.finding import Rule
from pytest_prodready._session import entry
from pytest_prodready._session.catalogue import Catalogue

from .repository import PACKAGE, ROOT, module_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_CATEGORIES = frozenset({"operational", "security", "data", "architecture", "delivery", "business"})
_LAYERS = frozenset({"intent", "constraints", "verification", "operation", "accountability"})
_SEVERITIES = frozenset({"error", "warning", "note"})

# A behaviour is a file, or a package where it has several oracles.
_FILES = sorted(path for path in (PACKAGE / "_behaviours").iterdir() if not path.stem.startswith("__"))


@dataclass(frozen=True)
class Expectation:
    """What one specimen promises in its ``expect.toml``."""

    path: Path
    findings: tuple[str, ...]
    held: tuple[str, ...]


def _expectations() -> list[Expectation]:
    tables: dict[Path, dict[str, Any]] = {
        path: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "tests" / "specimens").rglob("expect.toml"))
    }
    return [
        Expectation(path, tuple(table["findings"]), tuple(table.get("held", ())))
        for path, table in tables.items()
    ]


def _behaviour(path: Path) -> Behaviour:
    behaviour = importlib.import_module(module_name(path)).BEHAVIOUR
    assert isinstance(behaviour, Behaviour)
    return behaviour


def _incomplete(rule: Rule) -> list[str]:
    texts = {"summary": rule.summary, "why": rule.why, "cure": rule.cure, "source": rule.source}
    known = {
        "category": rule.category in _CATEGORIES,
        "layer": rule.layer in _LAYERS,
        "severity": rule.severity in _SEVERITIES,
    }
    return [name for name, text in texts.items() if not text.strip()] + [
        name for name, valid in known.items() if not valid
    ]


each_behaviour = pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)


def test_each_file_of_the_room_is_in_the_catalogue() -> None:
    """The behaviours are exactly the files under ``_behaviours/``, each under its own name."""
    assert sorted(Catalogue().behaviours) == [path.stem for path in _FILES]


@each_behaviour
def test_a_behaviour_says_what_it_is(path: Path) -> None:
    """A behaviour's module has a docstring, and its name, summary and rules are its own."""
    module, behaviour = importlib.import_module(module_name(path)), _behaviour(path)
    assert (module.__doc__ or "").strip()
    assert behaviour.name == path.stem
    assert behaviour.summary.strip()
    assert behaviour.rules
    assert [rule.id for rule in behaviour.rules if rule.behaviour != behaviour.name] == []


@each_behaviour
def test_a_rule_explains_itself(path: Path) -> None:
    """Each rule has a summary, a why, a cure and a source, and a valid category, layer and severity."""
    incomplete = {rule.id: _incomplete(rule) for rule in _behaviour(path).rules}
    assert {rule: missing for rule, missing in incomplete.items() if missing} == {}


@each_behaviour
def test_a_behaviour_has_its_page(path: Path) -> None:
    """The reference has a page for the behaviour, which names every one of its rules."""
    page = ROOT / "docs" / "reference" / f"{path.stem}.md"
    assert page.is_file()
    text = page.read_text(encoding="utf-8")
    assert [rule.id for rule in _behaviour(path).rules if rule.id not in text] == []


@each_behaviour
def test_a_behaviour_has_its_test_file(path: Path) -> None:
    """A behaviour's tests are where its name says."""
    assert (ROOT / "tests" / "behaviours" / f"test_{path.stem}.py").is_file()


@each_behaviour
def test_each_error_has_a_broken_specimen(path: Path) -> None:
    """Every rule of severity error is found in at least one specimen."""
    shown = {finding.partition(" ")[0] for one in _expectations() for finding in one.findings}
    errors = {rule.id for rule in _behaviour(path).rules if rule.severity == "error"}
    assert errors - shown == set()


@each_behaviour
def test_a_behaviour_has_a_sound_specimen(path: Path) -> None:
    """At least one specimen without any finding holds the behaviour."""
    held = {cell.partition(" ")[0] for one in _expectations() if not one.findings for cell in one.held}
    assert path.stem in held


@each_behaviour
def test_a_behaviour_has_its_changelog_fragment(path: Path) -> None:
    """A behaviour is announced by name: in a fragment, or after a release in the changelog."""
    fragment, released = ROOT / "changelog.d" / f"{path.stem}.feature.md", ROOT / "CHANGELOG.md"
    if not fragment.is_file() and released.is_file():
        fragment = released
    assert fragment.is_file()
    assert re.search(rf"\b{re.escape(path.stem)}\b", fragment.read_text(encoding="utf-8"))


def test_no_specimen_names_an_unknown_rule() -> None:
    """What a specimen promises exists: its findings are rules, its held cells are behaviours."""
    catalogue = Catalogue()
    rules = {rule.id for rule in catalogue.rules}
    unknown = {
        str(one.path.relative_to(ROOT)): text
        for one in _expectations()
        for text, valid in [
            *((finding, finding.partition(" ")[0] in rules) for finding in one.findings),
            *((cell, cell.partition(" ")[0] in catalogue.behaviours) for cell in one.held),
        ]
        if not valid
    }
    assert unknown == {}


def test_the_markers_known_at_start_up_are_the_catalogue_s() -> None:
    """The entry's table, kept apart to spare every run the imports, names the catalogue's markers."""
    declared = {one.name: one.marker for one in Catalogue().behaviours.values() if one.marker is not None}
    assert {name: marker for name, (marker, _) in entry.MARKERS.items()} == declared


@pytest.mark.parametrize("name", entry.MARKERS)
def test_a_marker_s_help_names_its_options(name: str) -> None:
    """A marker's line in ``--markers`` names exactly its options, or opens with the behaviour's summary."""
    behaviour, help_line = Catalogue().behaviours[name], entry.MARKERS[name][1]
    options = {option.name for option in behaviour.options}
    if options:
        named = help_line.partition("(")[2].partition("):")[0]
        assert set(re.findall(r"(\w+)=", named)) == options
    else:
        opening = " ".join(behaviour.summary.split()[:4])
        assert help_line.startswith(f": {opening}")
