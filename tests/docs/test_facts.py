"""What the reference lists is what the source has: rules, reasons, options, keys, markers, levels, versions."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

from pytest_prodready._model.behaviour import LEVELS
from pytest_prodready._model.verdict import REASONS
from pytest_prodready._session import entry, settings
from pytest_prodready._session.catalogue import Catalogue
from pytest_prodready.testing import Specimen

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
BEHAVIOURS = Catalogue().behaviours
# Distribution to its name on the page.
NAMED = {
    "pytest": "pytest",
    "fastapi": "FastAPI",
    "sqlalchemy": "SQLAlchemy",
    "requests": "requests",
    "respx": "respx",
}

each_behaviour = pytest.mark.parametrize("name", BEHAVIOURS)


def read(page: str) -> str:
    """The text of a page."""
    return (DOCS / page).read_text(encoding="utf-8")


def tables(page: str) -> list[list[list[str]]]:
    """The tables of a page as rows of cells, without their heads."""
    found = re.findall(r"(?:^\|.*\n)+", read(page) + "\n", re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines()[2:]]
        for table in found
    ]


def codes(page: str) -> list[list[str]]:
    """The first cell of each row that is one word of code, a list a table."""
    return [[row[0].strip("`") for row in table if re.fullmatch("`[^`]+`", row[0])] for table in tables(page)]


def test_the_reasons_are_the_source_s() -> None:
    """Each reason code with its text, in the order of the source."""
    shown = {row[0].strip("`"): row[1] for row in tables("reference/verdicts.md")[1]}
    assert list(shown.items()) == list(REASONS.items())


@each_behaviour
def test_the_rules_of_a_page_are_the_source_s(name: str) -> None:
    """Each rule with severity, summary, why, cure and source, word for word."""
    shown = [
        row for table in tables(f"reference/{name}.md") for row in table if row[0].startswith(f"`{name}/")
    ]
    rules = BEHAVIOURS[name].rules
    assert shown == [
        [f"`{rule.id}`", rule.severity, rule.summary, rule.why, rule.cure, rule.source] for rule in rules
    ]


@each_behaviour
def test_a_page_explains_each_reason_that_its_behaviour_gives(name: str) -> None:
    """The reason codes that a behaviour's file names are on its page, with the text of the source."""
    room = ROOT / "src" / "pytest_prodready" / "_behaviours"
    sources = [room / f"{name}.py"] if (room / f"{name}.py").is_file() else sorted((room / name).glob("*.py"))
    trees = [ast.parse(source.read_text(encoding="utf-8")) for source in sources]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = {str(node.value) for node in nodes if isinstance(node, ast.Constant)} & REASONS.keys()
    shown = {
        row[0].strip("`"): row[1]
        for table in tables(f"reference/{name}.md")
        for row in table
        if row[0].strip("`") in REASONS
    }
    assert named - shown.keys() == set()
    assert {code: REASONS[code] for code in shown} == shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_names_only_rules_and_options_that_exist(page: Path) -> None:
    """A rule id, a variant and an option named anywhere is one of the source's."""
    text = page.read_text(encoding="utf-8")
    known = {rule.id for rule in Catalogue().rules}
    known |= {f"{name}/{variant}" for name, one in BEHAVIOURS.items() for variant in one.variants}
    assert set(re.findall(rf"`((?:{'|'.join(BEHAVIOURS)})/[a-z-]+)`", text)) - known == set()
    assert set(re.findall(r"(?<![\w-])(--prodready[a-z-]*)", text)) - options().keys() == set()


class Group:
    """As much of pytest's parser as declaring options needs."""

    def __init__(self) -> None:
        self.parser = argparse.ArgumentParser(add_help=False)
        self.addoption = self.parser.add_argument

    def getgroup(self, *_: str) -> Group:
        return self


def options() -> dict[str, argparse.Action]:
    """The command line that the plugin declares."""
    group = Group()
    entry.add_options(group)  # type: ignore[arg-type]
    return {action.option_strings[0]: action for action in group.parser._actions}


def test_the_options_are_the_source_s() -> None:
    """Each option, with its choices where it has any."""
    shown = {text.partition("=")[0]: text.partition("=")[2] for text in codes("reference/options.md")[0]}
    assert shown.keys() == options().keys()
    for name, action in options().items():
        if action.choices is not None:
            assert shown[name] == "{" + ",".join(action.choices) + "}"


def test_the_configuration_keys_are_the_source_s() -> None:
    """Keys, keys of operations, and the keys that are refused, which only the page of what is not there names."""
    suite, operation = codes("reference/configuration.md")[:2]
    assert set(suite) == settings._KEYS.keys()
    assert set(operation) == settings._OPERATION_KEYS.keys()
    refused = next(line for line in read("not-yet.md").splitlines() if "keys" in line)
    assert set(re.findall("`([a-z-]+)`", refused)) == settings._LATER


def test_the_markers_are_the_source_s() -> None:
    """Markers, their twins, and their options, in the order of the source."""
    names, own, general = codes("reference/markers.md")
    twins = [f"prodready_{marker}" for marker, _ in entry.MARKERS.values()]
    assert names == [
        *(marker for marker, _ in entry.MARKERS.values()),
        *twins,
        "prodready",
        "prodready_variant",
    ]
    assert general == ["level", "skip"]
    declared = BEHAVIOURS["idempotent"].options
    assert own == [option.name for option in declared]


def test_the_levels_are_the_source_s() -> None:
    """What each level demands of each behaviour."""
    shown = tables("reference/configuration.md")[2]
    assert shown == [[name, *(one.levels[level] for level in LEVELS)] for name, one in BEHAVIOURS.items()]


def test_the_lowest_versions_are_the_project_s() -> None:
    """The versions of the supported page are those of ``pyproject.toml``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["fastapi"], *extras["sqlalchemy"], *extras["requests"]]
    lowest = dict(one.split(">=") for one in wanted if one.partition(">=")[0] in NAMED)
    assert lowest.keys() == NAMED.keys()
    for name, version in lowest.items():
        assert re.search(rf"{NAMED[name]}[^\n]*\b{re.escape(version)}\b", read("supported.md")), name
    assert f"| Python | {project['requires-python'].removeprefix('>=')} |" in read("supported.md")


def test_the_tables_of_what_is_supported_are_the_seams_own() -> None:
    """The page is what ``python docs/make_supported.py`` makes of it."""
    spec = importlib.util.spec_from_file_location("make_supported", DOCS / "make_supported.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert read("supported.md").count("<!-- made from ") == 2
    assert read("supported.md") == maker.render(read("supported.md"))


def test_the_report_s_keys_are_the_written_ones() -> None:
    """The example of the report shows every key of its top, in order."""
    shown = json.loads(re.findall(r"```json\n(.*?)```", read("reference/report-json.md"), re.DOTALL)[0])
    written = Specimen({"test_it.py": "def test_ok(): pass\n"}).run().report
    assert written is not None
    assert list(shown) == list(written)


def test_every_page_is_in_the_navigation() -> None:
    """``mkdocs.yml`` lists each page once."""
    listed = re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(page.relative_to(DOCS).as_posix() for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link names a file, and its anchor a heading of that file."""
    for target, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
        path = (page.parent / target) if target else page
        assert path.is_file(), target
        headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
        assert not anchor or anchor in slugs, f"{target}#{anchor}"
