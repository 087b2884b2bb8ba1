"""Variant items: what a test item is to the plugin, and how a variant is made from its base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from .._model.behaviour import Behaviour
from .._runtime import pytest_compat


@dataclass
class VariantPlan:
    """What a variant item runs.

    Args:
        behaviour: whose trial it is.
        variant: static id.
        options: the marker's keywords.
        asserted: a marker asked for it; False in a probe.
        base: the base item.
        role: a control runs the test unperturbed, a trial under one schedule of many; neither is reported.
        skipped: the reason why it does not run, or "".
        named: its id can be named on a command line; a marker that a conftest adds comes too late for that.
        error: what is wrong with the marker, where that was seen too late for a collection error.
    """

    behaviour: Behaviour
    variant: str
    options: Mapping[str, Any]
    asserted: bool
    base: pytest.Function
    role: Literal["variant", "control", "trial"] = "variant"
    skipped: str = ""
    error: str = ""
    named: bool = True


PLAN: pytest.StashKey[VariantPlan] = pytest.StashKey()


def make(plan: VariantPlan) -> pytest.Function:
    """A new item for the plan; the base item stays as it is, with its id.

    Its own markers are the base's less ``xfail``, plus ``prodready_variant``.
    """
    marker = pytest.mark.prodready_variant(behaviour=plan.behaviour.name).mark
    keep = [mark for mark in plan.base.own_markers if mark.name != "xfail"]
    item = pytest_compat.clone(plan.base, plan.variant, [*keep, marker])
    item.stash[PLAN] = plan
    return item


def refused(base: pytest.Function, error: str) -> pytest.Function:
    """A variant that fails with what is wrong with the marker of its base."""
    nothing = Behaviour("marker", "", (), {}, lambda method: False)
    return make(VariantPlan(nothing, "marker", {}, asserted=True, base=base, error=error))


def plan_of(item: pytest.Item) -> VariantPlan | None:
    """The plan of one of our items, or None for a test of the user's."""
    return item.stash.get(PLAN, None)


def is_variant(item: pytest.Item) -> bool:
    """Whether the plugin added this item."""
    return PLAN in item.stash


def is_variant_id(nodeid: str) -> bool:
    """Whether a node id is a variant's, where the item is not at hand."""
    return nodeid.endswith("]") and "prodready:" in nodeid.rpartition("[")[2]


def draws_examples(item: pytest.Function) -> bool:
    """Whether Hypothesis calls the test many times: then one duplicate an operation is enough."""
    return hasattr(item.obj, "hypothesis")
