"""The hooks that the plugin calls, so that others can add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ._model.behaviour import Behaviour


@pytest.hookspec
def pytest_prodready_behaviours() -> list[Behaviour]:  # type: ignore[empty-body]
    """Add behaviours of your own to the catalogue.

    Returns:
        Behaviours, each with a name, marker and variants that no other has.

    Since:
        0.1
    """
