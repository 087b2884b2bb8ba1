"""Every fenced block of the documents is executed; the convention is written down in ``docs/README.md``."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pytest_prodready._session import settings
from pytest_prodready.testing import Run, Specimen

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]

LANGUAGES = ("python", "toml", "json", "console", "bash", "yaml", "text")
# Commands that a page may name without the test running them.
NOT_RUN = (
    r"(python -m )?pip install .+",
    r"git (clone|checkout) .+",
    r"cd \S+",
    r"python -m venv \S+|\. \S+/bin/activate",
    r"(python -m )?nox( -s \S+)?",
)

_FENCE = re.compile(r"(?sm)^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence) *$")
_TITLE = re.compile(r'title="([^"]+)"')
_EXIT = re.compile(r"\s+# exit (\d)$")
_MASKS = (
    (re.compile(r"\d+\.\d+ ?s\b"), "<time>"),
    (re.compile(r"([=_-])\1{3,}"), r"\1\1\1\1"),
    (re.compile(r", \d+ warnings?"), ""),
)


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, what it is, what it holds."""

    place: str
    language: str
    title: str
    body: str


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order; a fence that is indented, open or made of tildes fails."""
    text = page.read_text(encoding="utf-8")
    found = list(_FENCE.finditer(text))
    assert len(found) * 2 == len(re.findall(r"^\s*(?:```|~~~)", text, re.MULTILINE)), "a fence is not read"
    for one in found:
        title, words = _TITLE.search(one["info"]), one["info"].split()
        place = f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, one.start()) + 1}"
        yield Block(place, words[0] if words else "", title[1] if title else "", one["body"])


def masked(text: str) -> list[str]:
    """The lines that count: without timings, rulers of one length, no blank lines."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def subset(shown: Any, real: Any, path: str = "$") -> Iterator[str]:
    """Where a shown document differs from the real one, which may hold more keys."""
    if shown == "...":
        return
    if isinstance(shown, dict) and isinstance(real, dict):
        for key, value in shown.items():
            if key in real:
                yield from subset(value, real[key], f"{path}.{key}")
            else:
                yield f"{path}.{key} does not exist"
    elif isinstance(shown, list) and isinstance(real, list):
        yield from [f"{path} has {len(real)} entries"] if len(shown) != len(real) else []
        for index, (left, right) in enumerate(zip(shown, real, strict=False)):
            yield from subset(left, right, f"{path}[{index}]")
    elif shown != real:
        yield f"{path} is {real!r}"


@dataclass
class Walk:
    """A reader who follows one page: the files so far, and what was seen last."""

    monkeypatch: pytest.MonkeyPatch
    directory: Path
    files: dict[str, str] = field(default_factory=dict)
    unused: set[str] = field(default_factory=set)
    output: str | None = None  # of the last command or script
    run: Run | None = None

    def follow(self, block: Block) -> None:
        """Carry one block out; an unknown language fails."""
        assert block.language in LANGUAGES, f"nothing executes the language {block.language!r}"
        if block.title:
            self.files[block.title] = block.body
            self.unused.add(block.title)
        if block.language == "toml" or not block.title:
            getattr(self, block.language)(block.body)

    def python(self, body: str) -> None:
        """A script, run beside the page's files."""
        self.unused.clear()
        for path, text in {**self.files, "_block.py": body}.items():
            (self.directory / path).parent.mkdir(parents=True, exist_ok=True)
            (self.directory / path).write_text(text, encoding="utf-8")
        command = [sys.executable, "_block.py"]
        done = subprocess.run(
            command, cwd=self.directory, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
        self.output = done.stdout

    def toml(self, body: str) -> None:
        """It parses, and the plugin accepts it."""
        settings._toml().loads(body)
        folder = self.directory / "configured"
        folder.mkdir(exist_ok=True)
        (folder / "pyproject.toml").write_text(body, encoding="utf-8")
        settings.read(types.SimpleNamespace(inipath=None, rootpath=folder))  # type: ignore[arg-type]

    def json(self, body: str) -> None:
        """A part of the report that the page's last command wrote."""
        assert self.run is not None, "no command before it"
        assert self.run.report is not None, "the command before it wrote no report"
        assert list(subset(json.loads(body), self.run.report)) == []

    def console(self, body: str) -> None:
        """Commands behind a dollar sign, nothing else."""
        for line in body.splitlines():
            assert line.startswith("$ "), f"no command: {line!r}"
            self.command(line[2:])

    def bash(self, body: str) -> None:
        """Commands and comments."""
        for line in body.splitlines():
            if line.strip() and not line.startswith("#"):
                self.command(line)

    def yaml(self, body: str) -> None:
        """A workflow: each of its ``run:`` lines is a command."""
        commands = re.findall(r"^\s*(?:- )?run: (.+)$", body, re.MULTILINE)
        assert commands, "no run: line"
        for command in commands:
            self.command(command)

    def command(self, line: str) -> None:
        """pytest runs on the page's files; another command must be a known one."""
        if " && " in line:
            for part in line.split(" && "):
                self.command(part)
            return
        expected, words = _EXIT.search(line), shlex.split(_EXIT.sub("", line))
        with self.monkeypatch.context() as patch:
            patch.setenv("COLUMNS", "80")
            patch.delenv("PRODREADY", raising=False)
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                patch.setenv(*words.pop(0).split("=", 1))
            words = words[2:] if words[:3] == ["python", "-m", "pytest"] else words
            if words[:1] != ["pytest"]:
                assert any(re.fullmatch(known, line) for known in NOT_RUN), f"unknown command: {line!r}"
                self.output = self.run = None
                return
            writes = any(word.startswith("--prodready-out=") for word in words)
            self.unused.clear()
            flags = ("-p", "no:randomly", *words[1:])
            if any(word.startswith("examples/") for word in words):
                self.output = self.in_repository(flags)
                return
            run = Specimen(self.files).run(*flags, subprocess="-n" in words, report=writes, paths=False)
        assert run.exit_code == (int(expected[1]) if expected else 0), run.text
        self.run, self.output = run, run.text

    def in_repository(self, flags: tuple[str, ...]) -> str:
        """An example is run where it stands, as the reader of a fresh clone does."""
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *flags]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def text(self, body: str) -> None:
        """Each line occurs in the output before it, in this order; a line of dots stands for any lines."""
        assert self.output is not None, "no output before it"
        seen, at = masked(self.output), 0
        for line in masked(body):
            if line != "...":
                assert line in seen[at:], (
                    f"not in the output from its line {at + 1}: {line!r}\n\n{self.output}"
                )
                at = seen.index(line, at) + 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_block_of_a_page_does_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocks of a page are followed from top to bottom, as its reader would."""
    walk = Walk(monkeypatch, tmp_path)
    if page.name == "README.md" and page.parent == ROOT:  # its reader has an application; we bring one
        walk.files = dict(Specimen.load(Path(__file__).parent / "readme").files)
    for block in blocks(page):
        try:
            walk.follow(block)
        except AssertionError as error:
            pytest.fail(f"{block.place}: {error}", pytrace=False)
    assert walk.unused == set(), "files that no command or script runs"
