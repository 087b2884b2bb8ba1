"""Leaks: nothing of the machine on which the repository was written is in it."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from .repository import ROOT

# Put together here, so that this file passes its own test.
_PATHS = "|".join(("work", "root", "home", "Users"))
_INDEXES = "|".join(
    (r"pypi\.org/(?!project/)", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "jfrog" + r"\.io")
)
_LEAKS = re.compile(
    rf"(?<![\w.:/<{{}}>-])/(?:{_PATHS})/[\w.]"  # an absolute path; not a part of a URL or a relative path
    rf"|(?:{_INDEXES})"  # a host that packages are fetched from; a project's page is no such place
    rf"|://[^\s\"'<>]+/{'simple'}(?:/|\b)"  # a package index wherever it is
    rf"|://[^\s/\"'<>]*(?:{'arti' + 'factory'}|{'ne' + 'xus'}|{'dev' + 'pi'})[^\s/]*",
    re.IGNORECASE,
)


def _tracked() -> list[str]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=30
    )
    return [name for name in listing.stdout.split("\0") if (ROOT / name).is_file()]


def test_no_tracked_file_tells_of_a_machine() -> None:
    """No tracked file has an absolute path of somebody's machine or the host of a package index."""
    leaks = [
        f"{name}:{number}: {found.group()}"
        for name in _tracked()
        for number, line in enumerate((ROOT / name).read_text("utf-8", errors="replace").splitlines(), 1)
        for found in [_LEAKS.search(line)]
        if found
    ]
    assert leaks == []


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/main/src",
        'path = "/' + 'home/ann/app"',
        "https://pypi." + "org/" + "simple",
        "https://packages.example.com/api/" + "simple/",
        "https://files.python" + "hosted.org/x.whl",
    ],
)
def test_a_leak_is_recognised(text: str) -> None:
    """The pattern finds paths of machines and package indexes."""
    assert _LEAKS.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://pypi.org/project/pytest-prodready/",
        "https://example.com/work/1",
        "src/home/index.py",
        "/works",
    ],
)
def test_an_innocent_text_is_left_alone(text: str) -> None:
    """The pattern does not find links, relative paths or longer words."""
    assert not _LEAKS.search(text)
