"""Every specimen shows exactly the findings that it was written for, and its sound twin none."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from pytest_prodready.testing import Specimen

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PORTS = {"mariadb": 3306, "postgresql": 5432, "redis": 6379}
ROOT = Path(__file__).parent.parent / "specimens"
SPECIMENS = sorted(path.parent for path in ROOT.rglob("expect.toml"))


@pytest.mark.parametrize("directory", SPECIMENS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_specimen_shows_exactly_what_it_was_written_for(directory: Path) -> None:
    """Broken: exactly these findings. Sound: none, and the named cells held, since silence alone proves nothing.

    What cannot be proven is named, too: it is not judged, and by no means held.
    """
    expected = tomllib.loads((directory / "expect.toml").read_text(encoding="utf-8"))
    doubted = expected.get("not_judged", ())
    assert expected["findings"] or expected["held"] or doubted
    for server in expected.get("needs", ()):
        _reach(server)
    # Settings of a framework that are global to its process need one of their own.
    run = Specimen.load(directory).run("-q", subprocess=expected.get("subprocess", False))
    run.expect(findings=expected["findings"], held=expected.get("held", ()))
    assert set(doubted) <= set(run.cells("not-judged")), run.text


def _reach(server: str) -> None:
    """Skip where a server does not run; in CI that is a failure."""
    with socket.socket() as probe:
        probe.settimeout(1)
        absent = probe.connect_ex(("127.0.0.1", PORTS[server])) != 0
    if absent:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {server} on 127.0.0.1:{PORTS[server]}")
