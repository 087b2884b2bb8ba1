"""Behaviours are data and functions: a marker, a plan (which world) and an oracle (what is a finding)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from .delivery import Delivery
from .finding import Finding, Rule
from .schedule import Kind, Point, Schedule
from .verdict import Verdict

LEVELS: tuple[str, ...] = ("experiment", "back-office", "customer-facing", "payment")
Demand = Literal["required", "report", "-"]
# How a redelivery differs from its delivery; see ``_inbound.edits``.
Change = Literal[
    "", "redelivered", "attempt", "payload", "route", "principal", "stranger", "anonymous", "keyless", "batch"
]


@dataclass(frozen=True)
class Option:
    """One keyword of a marker.

    Args:
        name: the keyword.
        accepts: the valid values in words, shown when a value is refused.
        check: whether a value is valid.
    """

    name: str
    accepts: str
    check: Callable[[Any], bool] = lambda value: True


@dataclass(frozen=True)
class Redelivery:
    """One more arrival of a recorded request: the same bytes, or with one change.

    Args:
        change: what differs; "" for a plain duplicate.
        path: where the identities of a batch's elements are, for the change ``batch``.
        given: only where the redelivery with that change was answered with success.
    """

    change: Change = ""
    path: str = ""
    given: Change = ""


@dataclass(frozen=True)
class Exchange:
    """A delivery of a trial and everything that was made of it.

    Args:
        first: the delivery that the test itself made.
        control: the same delivery in a run that nothing perturbed, or None.
        again: its plain duplicates, in order.
        changed: by its change, each redelivery that differed.
        untried: reason code why nothing was repeated, or "".
    """

    first: Delivery
    control: Delivery | None = None
    again: tuple[Delivery, ...] = ()
    changed: Mapping[Change, Delivery] = field(default_factory=dict)
    untried: str = ""


@dataclass(frozen=True)
class Encounter:
    """What became of a delivery and its duplicates under one schedule.

    Args:
        schedule: how they met.
        first: the delivery that the test itself made.
        again: its duplicates, in order.
        together: the first delivery with the effects that all of them left together.
        points: the acts of the first delivery.
        batched: the key names elements of a batch, which can be made to contain one of them twice.
        waited: the duplicate waited for a lock that the first delivery held.
        limit: reason code why it tells nothing, or "".
    """

    schedule: Schedule
    first: Delivery
    again: tuple[Delivery, ...]
    together: Delivery
    points: tuple[Point, ...] = ()
    batched: bool = False
    waited: bool = False
    limit: str = ""


@dataclass(frozen=True)
class Trial:
    """One re-run of a test under a changed world, or several of them, ready to be judged.

    Args:
        test: node id of the variant.
        variant: the variant's static id.
        exchanges: the deliveries in order.
        encounters: where the variant tries schedules, what became of each; the sequential ones first.
        controls: the deliveries of a run that nothing perturbed, by number.
        untried: number of a delivery that was not tried to the reason code.
        reads: tables that the application was seen reading, in this process so far.
        shown: tables that a delivery was seen reading without writing to them.
        asserted: the marker demanded the behaviour; False where the plugin probes unasked.
        own_failure: the first line of the test's own failure after the perturbation, or "".
    """

    test: str
    exchanges: tuple[Exchange, ...] = ()
    variant: str = ""
    encounters: tuple[Encounter, ...] = ()
    controls: Mapping[int, Delivery] = field(default_factory=dict)
    untried: Mapping[int, str] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    asserted: bool = True
    own_failure: str = ""


@dataclass(frozen=True)
class Suite:
    """What the whole run knows of a table: which operations wrote to it, and whether any read it.

    Args:
        writers: table to the operations that wrote to it.
        reads: tables that were read.
        shown: tables that a delivery read without writing to them.
        database_heard: a database spoke at all.
    """

    writers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    database_heard: bool = False

    def is_log(self, table: str) -> bool:
        """Written by several operations and read by none: a log, whatever it is called."""
        return table not in self.reads and len(self.writers.get(table, ())) > 1


@dataclass(frozen=True)
class Judgement:
    """One verdict on one behaviour of one operation in one test, with its findings."""

    behaviour: str
    operation: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()

    def selected_by(self, selection: tuple[str, ...]) -> Judgement:
        """The same, its findings told how their test is selected."""
        return replace(
            self, findings=tuple(replace(finding, selection=selection) for finding in self.findings)
        )

    def to_wire(self) -> dict[str, Any]:
        """Builtins only."""
        return {
            "behaviour": self.behaviour,
            "operation": self.operation,
            "verdict": [self.verdict.name, self.verdict.reason, self.verdict.text],
            "findings": [finding.to_wire() for finding in self.findings],
        }

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Judgement:
        """The inverse of :meth:`to_wire`."""
        return cls(
            wire["behaviour"],
            wire["operation"],
            Verdict(*wire["verdict"]),
            tuple(Finding.from_wire(finding) for finding in wire["findings"]),
        )


@dataclass(frozen=True)
class Behaviour:
    """A production property.

    Args:
        name: one word, used by cells, levels, ``skip=`` and ``gap/``.
        summary: the property in one sentence, shown by ``pytest --markers``.
        rules: the rules that it can find.
        levels: what each criticality level demands.
        marker: the marker that asserts it, or None where it is judged on every delivery.
        options: the marker's keywords.
        variants: static ids of its trials; the first is the one that probes use.
        wanted: whether a variant is made for a marker's keywords.
        explores: variant to the kinds of schedules that it tries, each in a fresh run of the test.
        demanding: level to the keywords that it demands of the marker.
        applies: whether the behaviour is a question at all for an operation's method.
        plan: the redeliveries that a recorded delivery gets, or the reason code why none.
        judge: judgements on a trial.
        watch: judgements on the deliveries of an unperturbed test.
        remedy: the line that a user pastes to cover it.
    """

    name: str
    summary: str
    rules: tuple[Rule, ...]
    levels: Mapping[str, Demand]
    applies: Callable[[str], bool]
    marker: str | None = None
    options: tuple[Option, ...] = ()
    variants: tuple[str, ...] = ()
    demanding: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    wanted: Callable[[str, Mapping[str, Any]], bool] = lambda variant, options: True
    explores: Mapping[str, tuple[Kind, ...]] = field(default_factory=dict)
    plan: Callable[[Delivery, Mapping[str, Any]], Sequence[Redelivery] | str] | None = None
    judge: Callable[[Trial], Iterable[Judgement]] | None = None
    watch: Callable[[str, Sequence[Delivery], Suite], Iterable[Judgement]] | None = None
    remedy: str = ""

    def rule(self, defect: str) -> Rule:
        """The rule ``<behaviour>/<defect>``."""
        return next(rule for rule in self.rules if rule.id == f"{self.name}/{defect}")
