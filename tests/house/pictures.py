"""Pictures of libraries before and after somebody patched them; as a program, one of each seam."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping
from typing import Any

from pytest_prodready._runtime.patcher import Patcher, Seam
from pytest_prodready._runtime.recorder import Recorder
from pytest_prodready._session.catalogue import seams

# Of every module and class: its attributes in their order; of what sends SQLAlchemy's events: who listens.
Picture = Mapping[str, list[tuple[str, Any]]]


# What libraries stand on that seams may touch in passing.
_BELOW = {"_sqlite3", "httpcore", "urllib3"}


def all_seams() -> list[Seam]:
    """Every seam, for a recorder that nobody reads."""
    return seams(Recorder("nowhere"))


def take(*chosen: Seam) -> Picture:
    """All modules and classes of the libraries that these seams listen to, whether they touch them or not.

    Without any, of the libraries of all seams, which takes its time.
    """
    rooms = {seam.module.partition(".")[0] for seam in chosen or all_seams()} | _BELOW
    owners: dict[str, Any] = {
        name: module for name, module in list(sys.modules.items()) if name.partition(".")[0] in rooms
    }
    for module in list(owners.values()):
        for value in list(vars(module).values()):
            # Not isinstance: that asks a lazy proxy for its class, and the proxy imports what it stands for.
            if issubclass(type(value), type) and value.__module__.partition(".")[0] in rooms:
                owners[f"{value.__module__}.{value.__qualname__}"] = value
    return {
        label: [
            *((key, value) for key, value in vars(owner).items() if key != "__warningregistry__"),
            *_listeners(owner),
        ]
        for label, owner in owners.items()
    }


def differences(before: Picture, after: Picture) -> list[str]:
    """One line for each owner that is not as it was: the attributes, or that only their order changed."""
    found: list[str] = []
    for owner in sorted(before.keys() | after.keys()):
        old, new = before.get(owner), after.get(owner)
        if old is None or new is None:
            found.append(f"{owner}: {'is new' if old is None else 'is gone'}")
        elif [(key, id(value)) for key, value in old] != [(key, id(value)) for key, value in new]:
            then, now = dict(old), dict(new)
            changed = sorted(
                key for key in then.keys() | now.keys() if then.get(key, then) is not now.get(key, now)
            )
            found.append(f"{owner}: {', '.join(changed) or 'the order'}")
    return found


def listen(*chosen: Seam) -> Patcher:
    """A patcher that listens to these seams."""
    patcher = Patcher()
    for seam in chosen:
        patcher.listen(seam)
    return patcher


def _listeners(owner: Any) -> list[tuple[str, Any]]:
    """SQLAlchemy keeps a class's listeners apart from the class."""
    if not isinstance(owner, type) or "dispatch" not in vars(owner):
        return []
    found: list[tuple[str, Any]] = []
    sender: Any = owner
    for name in getattr(sender.dispatch, "_event_names", ()):
        by_class = getattr(getattr(sender.dispatch, name), "_clslevel", {})
        found += [(f"{name} listener", listener) for listener in by_class.get(owner, ())]
    return found


def _tell() -> dict[str, dict[str, list[str]]]:
    told: dict[str, dict[str, list[str]]] = {}
    for seam in all_seams():
        importlib.import_module(seam.module)
    everything = take()
    for seam in all_seams():
        before = take(seam)
        patcher = listen(seam)
        during = differences(before, take(seam))
        patcher.close()
        after = differences(before, take(seam))
        told[seam.name] = {"during": during, "after": after, "alarms": patcher.alarms}
    left = differences(everything, take())
    for pictures in told.values():
        pictures["after"] += left  # whoever left it, somewhere else than where it listens
    return told


if __name__ == "__main__":
    print(json.dumps(_tell()))
