"""The tables of ``supported.md``, made from the seams and from the versions that CI installs.

``python docs/make_supported.py`` writes them; with ``--installed`` it first writes down the versions of this
environment as the newest. What stands around the tables is written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from pytest_prodready._runtime.patcher import Library
from pytest_prodready._runtime.recorder import Recorder
from pytest_prodready._session.catalogue import seams

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "supported.md"
CONSTRAINTS = ROOT / "tests" / "constraints"
NEWEST = CONSTRAINTS / "newest.txt"
PIN = re.compile(r"^([\w.-]+)==([\d.]+?)(?:\.\*)?$", re.MULTILINE)
HEAD = "| library | lowest | tested with | heard | not heard, or not judged |\n|---|---|---|---|---|\n"


def libraries(room: str) -> list[Library]:
    """What the seams of a room listen to and the page has a row for, in the order of the page."""
    found = {
        one.library
        for one in seams(Recorder("nowhere"))
        if one.library.heard and f".{room}." in one.install.__module__
    }
    return sorted(found, key=lambda library: (library.heard.split()[0].strip(","), library.name.lower()))


def tested() -> dict[str, list[str]]:
    """The versions of each distribution that CI installs or last installed, the lowest first."""
    pins: dict[str, set[str]] = {}
    for path in CONSTRAINTS.glob("*.txt"):
        for name, version in PIN.findall(path.read_text("utf-8")):
            pins.setdefault(name, set()).add(version)
    return {name: sorted(found, key=_numbers) for name, found in pins.items()}


def table(room: str) -> str:
    """The table of a room."""
    return HEAD + "".join(_row(library, tested()) for library in libraries(room))


def render(page: str) -> str:
    """The page with its tables made anew."""
    return re.sub(
        r"(<!-- made from (\w+) .*? -->\n).*?(?=<!-- end -->)",
        lambda found: f"{found[1]}\n{table(found[2])}\n",
        page,
        flags=re.DOTALL,
    )


def write_newest() -> None:
    """Write down what is installed here, except Django: its versions are a list of their own."""
    heard = {one.distribution: one for room in ("_inbound", "_outbound") for one in libraries(room)}
    pins = [f"{name}=={heard[name].version}\n" for name in sorted(heard.keys() - {"", "django"})]
    comment = "# Installed where the suite was run last; written by docs/make_supported.py --installed.\n"
    NEWEST.write_text(comment + "".join(pins), "utf-8")


def _row(library: Library, versions: dict[str, list[str]]) -> str:
    standard = "" if library.distribution else "Python "
    seen = ", ".join(_pythons() if standard else versions[library.distribution])
    cells = (library.name, standard + library.lowest, standard + seen, library.heard, library.unheard)
    return f"| {' | '.join(cells)} |\n".replace("|  |", "| |")


def _pythons() -> list[str]:
    return re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))


def _numbers(version: str) -> list[int]:
    return [int(number) for number in version.split(".")]


def main(arguments: Iterable[str]) -> None:
    """Write the page."""
    if "--installed" in arguments:
        write_newest()
    PAGE.write_text(render(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
