"""What one test's report carries over the xdist wire: one ASCII text, no values, small.

Text, since execnet takes neither an integer beyond 32 bits nor a lone surrogate, and either would end the
whole run with an internal error.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .._model.behaviour import Judgement
from .._model.delivery import Delivery

# A loop over an operation says nothing new after this many different deliveries.
MOST_DELIVERIES = 60


@dataclass(frozen=True)
class Evidence:
    """What one test showed.

    Args:
        test: node id.
        variant: whether it is one of ours.
        passed: whether the call passed.
        deliveries: what the test delivered; empty for a variant.
        judgements: what was judged in the worker; only a variant has any.
        routes: operations discovered since the last test of this worker.
        heard: inbound seam to deliveries.
        versions: inbound seam to library version.
        dropped: deliveries beyond ``MOST_DELIVERIES``.
    """

    test: str
    variant: bool
    passed: bool
    deliveries: tuple[Delivery, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    routes: tuple[str, ...] = ()
    heard: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    alarms: tuple[str, ...] = ()
    dropped: int = 0

    def to_wire(self) -> str:
        """JSON in ASCII."""
        document = {
            "test": self.test,
            "variant": self.variant,
            "passed": self.passed,
            "deliveries": [delivery.to_wire() for delivery in self.deliveries],
            "judgements": [judgement.to_wire() for judgement in self.judgements],
            "routes": list(self.routes),
            "heard": dict(self.heard),
            "versions": dict(self.versions),
            "alarms": list(self.alarms),
            "dropped": self.dropped,
        }
        return json.dumps(document, ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_wire(cls, text: str) -> Evidence:
        """The inverse of :meth:`to_wire`."""
        wire = json.loads(text)
        return cls(
            test=wire["test"],
            variant=wire["variant"],
            passed=wire["passed"],
            deliveries=tuple(Delivery.from_wire(delivery) for delivery in wire["deliveries"]),
            judgements=tuple(Judgement.from_wire(judgement) for judgement in wire["judgements"]),
            routes=tuple(wire["routes"]),
            heard=dict(wire["heard"]),
            versions=dict(wire["versions"]),
            alarms=tuple(wire["alarms"]),
            dropped=wire["dropped"],
        )


def condense(deliveries: Iterable[Delivery]) -> tuple[tuple[Delivery, ...], int]:
    """The first deliveries, and how many are left out; what is left out is never held."""
    kept: Sequence[Delivery] = list(deliveries)
    return tuple(kept[:MOST_DELIVERIES]), max(0, len(kept) - MOST_DELIVERIES)
