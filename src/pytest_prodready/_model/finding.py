"""Rules and findings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .effect import Place

Severity = Literal["error", "warning", "note"]
Confidence = Literal["A", "B", "C"]
FINGERPRINT_VERSION = 1


@dataclass(frozen=True)
class Rule:
    """The stable definition of a kind of finding; its id is never renamed or reused.

    Args:
        id: ``behaviour/defect``.
        severity: ``error``, ``warning`` or ``note``.
        summary: the defect in one sentence.
        why: why it matters in production, one line.
        cure: what to do, one line.
        source: RFC, OWASP id, draft or paper.
        category: one of operational, security, data, architecture, delivery, business.
        layer: one of intent, constraints, verification, operation, accountability.
    """

    id: str
    severity: Severity
    summary: str
    why: str
    cure: str
    source: str
    category: str = "architecture"
    layer: str = "verification"

    @property
    def behaviour(self) -> str:
        return self.id.partition("/")[0]


@dataclass(frozen=True)
class Finding:
    """A rule, a subject, evidence, a cure. Builtins and frozen values only.

    Args:
        selection: what names the test to a pytest that is run where this one was; its id where that is the
            root directory.
        faint: only changed rows show it; another test may show an insert or a call.
    """

    rule: str
    severity: Severity
    operation: str
    test: str
    message: str
    cure: str
    evidence: tuple[str, ...] = ()
    place: Place | None = None
    confidence: Confidence = "A"
    tests: tuple[str, ...] = field(default=())
    replay: str = ""
    selection: tuple[str, ...] = ()
    faint: bool = False

    @property
    def argv(self) -> list[str]:
        """The command that shows it again."""
        replay = [f"--prodready-replay={self.replay}"] if self.replay else []
        return ["pytest", *(self.selection or (self.test,)), *replay]

    def fingerprint(self, service: str) -> str:
        """Identity over runs: service, rule and operation; no line numbers, no timings, no values."""
        identity = "\0".join((str(FINGERPRINT_VERSION), service, self.rule, self.operation))
        return hashlib.blake2b(identity.encode(), digest_size=12).hexdigest()

    def to_wire(self) -> dict[str, Any]:
        """Builtins only."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "operation": self.operation,
            "test": self.test,
            "message": self.message,
            "cure": self.cure,
            "evidence": list(self.evidence),
            "place": [self.place.path, self.place.line] if self.place else None,
            "confidence": self.confidence,
            "replay": self.replay,
            "selection": list(self.selection),
            "faint": self.faint,
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Finding:
        """The inverse of :meth:`to_wire`."""
        return cls(
            **{
                **wire,
                "evidence": tuple(wire["evidence"]),
                "selection": tuple(wire["selection"]),
                "place": Place(*wire["place"]) if wire["place"] else None,
            }
        )
