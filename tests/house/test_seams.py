"""Seams: what they patch is afterwards as it was before, whoever else patches at the same time."""

from __future__ import annotations

import datetime
import importlib
import importlib.metadata
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import freezegun
import httpx
import pytest
import requests
import responses
import respx
import time_machine
from packaging.version import Version

from pytest_prodready._runtime.patcher import Library, Patcher, Seam

from .pictures import all_seams, differences, listen, take
from .repository import ROOT, python

CONSTRAINTS = ROOT / "tests" / "constraints"
_NAMES = [seam.name for seam in all_seams()]


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """Every library that a seam listens to is there."""
    for seam in all_seams():
        importlib.import_module(seam.module)


@contextmanager
def _listening() -> Iterator[Patcher]:
    patcher = listen(*all_seams())
    try:
        yield patcher
    finally:
        patcher.close()


@contextmanager
def _replaced_transport() -> Iterator[None]:
    """What pytest-httpx does: the transport's own method, replaced for the time of a test."""

    def answer(self: Any, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200)

    async def answer_async(self: Any, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", answer)
        monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer_async)
        yield


_MOMENT = datetime.datetime(2030, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)

_OTHERS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "respx": lambda: respx.mock(assert_all_called=False),
    "pytest-httpx": _replaced_transport,
    "responses": lambda: responses.RequestsMock(assert_all_requests_are_fired=False),
    "freezegun": lambda: freezegun.freeze_time(_MOMENT),
    "time-machine": lambda: time_machine.travel(_MOMENT),
}
each_other = pytest.mark.parametrize("other", _OTHERS.values(), ids=list(_OTHERS))


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, list[str]]]:
    """What each seam changed, seen in a fresh interpreter: in this one an earlier test may have left it so."""
    run = python("-W", "error", "-m", "house.pictures", cwd=ROOT / "tests")
    assert run.returncode == 0, run.stdout
    pictures: dict[str, dict[str, list[str]]] = json.loads(run.stdout)
    return pictures


def test_seams_have_names_of_their_own() -> None:
    """The patcher installs a name once; a second seam of that name would be deaf without a word."""
    assert sorted(_NAMES) == sorted(set(_NAMES))


@pytest.mark.parametrize("name", _NAMES)
def test_a_closed_seam_leaves_nothing_behind(name: str, told: dict[str, dict[str, list[str]]]) -> None:
    """Listening changes something, and closing puts every attribute back where it was, in its order."""
    assert told[name]["alarms"] == []
    assert told[name]["during"] != []
    assert told[name]["after"] == []


def test_all_seams_together_leave_nothing_behind() -> None:
    """Seams that patch the same library do not undo each other, and a second run listens again."""
    before = take()
    for _ in range(2):
        with _listening() as patcher:
            assert sorted(patcher.installed) == sorted(_NAMES)
        assert patcher.alarms == []
    assert differences(before, take()) == []


@each_other
def test_listening_inside_of_a_mock(other: Callable[[], AbstractContextManager[Any]]) -> None:
    """A run that begins and ends while somebody else patches puts back exactly what it found."""
    with other():
        pass  # what it does for the first time only is not ours to answer for
    before = take()
    with other():
        inside = take()
        with _listening() as patcher:
            pass
        assert patcher.alarms == []
        assert differences(inside, take()) == []
    assert differences(before, take()) == []


@each_other
def test_a_mock_inside_of_listening(other: Callable[[], AbstractContextManager[Any]]) -> None:
    """Somebody else who patches and undoes during the run does not hold us up, nor we them."""
    with other():
        pass
    before = take()
    with _listening() as patcher:
        during = take()
        with other():
            pass
        assert differences(during, take()) == []
    assert patcher.alarms == []
    assert differences(before, take()) == []


def test_all_mocks_at_once() -> None:
    """Mocks around us and within us, as in a suite that uses them all, leave nothing behind either."""
    around, within = ("respx", "freezegun"), ("responses", "pytest-httpx")
    for name in (*around, *within):
        with _OTHERS[name]():
            pass
    before = take()
    with ExitStack() as stack:
        for name in around:
            stack.enter_context(_OTHERS[name]())
        patcher = stack.enter_context(_listening())
        for name in within:
            stack.enter_context(_OTHERS[name]())
    assert patcher.alarms == []
    assert differences(before, take()) == []


def test_somebody_in_the_way_is_left_alone_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A patch that somebody put over ours and kept is not torn out; one alarm says where it is."""
    original = vars(requests.Session)["send"]

    def send(self: Any, request: Any, **kwargs: Any) -> Any:
        raise AssertionError("never sent")

    with _listening() as patcher:
        requests.Session.send = send
    kept = vars(requests.Session)["send"]
    requests.Session.send = original
    assert kept is send
    assert patcher.alarms == ["Session.send was replaced by somebody else and is left as it is"]


@pytest.mark.parametrize("name", _NAMES)
def test_a_seam_that_has_moved_is_told_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library without what we listen to costs one alarm with its name and version, and no other seam."""
    monkeypatch.setitem(sys.modules, "prodready_emptied", ModuleType("prodready_emptied"))
    before = take()
    chosen = [
        replace(seam, module="prodready_emptied") if seam.name == name else seam for seam in all_seams()
    ]
    patcher = listen(*chosen)
    alarms = list(patcher.alarms)
    patcher.close()
    moved = next(seam for seam in chosen if seam.name == name)
    library = moved.library.distribution
    version = importlib.metadata.version(library) if library else sys.version.partition(" ")[0]
    assert sorted(patcher.installed) == sorted(set(_NAMES) - {name})
    assert len(alarms) == 1
    assert f"{name} is not heard: {library or 'Python'} {version} " in alarms[0]
    assert patcher.alarms == alarms
    assert differences(before, take()) == []


class _Old(NamedTuple):
    """A library in place of a real one, as an old environment has it."""

    library: Library
    module: ModuleType


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Old:
    """An installed distribution, older than what is supported."""
    metadata = tmp_path / "prodready_old-3.7.4.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: prodready-old\nVersion: 3.7.4\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module = ModuleType("prodready_old")
    monkeypatch.setitem(sys.modules, "prodready_old", module)
    return _Old(Library("the old client", "prodready-old", "3.9"), module)


def test_a_library_that_is_too_old_is_told_once_and_left_alone(old: _Old) -> None:
    """However many seams it has: one alarm with both versions and the cure, and nothing is installed."""

    def install(patcher: Patcher, module: ModuleType) -> None:
        raise AssertionError("the seam stays away")

    patcher = listen(*(Seam(name, "prodready_old", old.library, install) for name in ("one", "another")))
    assert patcher.installed == {}
    assert patcher.alarms == [
        "the old client is not heard: prodready-old 3.7.4 is older than 3.9, the lowest supported; "
        "pip install 'prodready-old>=3.9'"
    ]


@pytest.mark.parametrize("lowest", ["3.7.4", "3.7", "3.7.4.0", "0.27", "2"])
def test_a_library_that_is_new_enough_is_listened_to(lowest: str, old: _Old) -> None:
    """The lowest version itself is supported, and versions are numbers, not texts."""
    seam = Seam("one", "prodready_old", replace(old.library, lowest=lowest), lambda patcher, module: None)
    patcher = listen(seam)
    assert patcher.installed == {"one": "3.7.4"}
    assert patcher.alarms == []


def test_a_library_without_a_version_is_listened_to() -> None:
    """What is not installed as a distribution, such as a vendored copy, is not taken for old."""
    library = Library("vendored", "prodready-no-such-distribution", "99")
    patcher = listen(Seam("one", "json", library, lambda patcher, module: None))
    assert patcher.installed == {"one": "unknown"}
    assert patcher.alarms == []


def test_the_libraries_of_one_distribution_have_one_lowest_version() -> None:
    """Heard inbound and outbound, a distribution is supported from the same version, the one that is tested."""
    lowest = {(seam.library.distribution, seam.library.lowest) for seam in all_seams()}
    assert len(lowest) == len(dict(lowest))
    texts = [path.read_text("utf-8") for path in sorted(CONSTRAINTS.glob("lowest*.txt"))]
    pinned = dict(re.findall(r"^([\w.-]+)==([\d.]+)$", "\n".join(texts), re.M))
    for distribution, version in lowest - {("", "3.10")}:
        assert Version(pinned[distribution]) == Version(version), distribution
