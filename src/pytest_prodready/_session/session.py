"""The memory of one pytest run."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from .._model.finding import Finding
from .._report.result import plural
from .._runtime import pytest_compat
from .._runtime.patcher import Patcher
from .._runtime.recorder import Recorder
from .._trial import variants
from . import matrix, switches
from .catalogue import Catalogue, seams
from .demands import Demands, MarkerError
from .evidence import Evidence, condense
from .outputs import Outputs
from .runs import Runs
from .selection import WATCHED, selection_of
from .settings import read


class Session:
    """Everything that one run knows; kept on ``config.stash``.

    Args:
        config: pytest's configuration.
        marks: marker name to behaviour name, as registered.

    Raises:
        pytest.UsageError: the configuration or an output path is wrong.
    """

    def __init__(self, config: pytest.Config, marks: Mapping[str, str]) -> None:
        self._config = config
        self.settings = read(config)
        contributed = config.pluginmanager.hook.pytest_prodready_behaviours()
        self.catalogue = Catalogue(behaviour for group in contributed for behaviour in group)
        self._outputs = Outputs(config)
        self._probing = switches.mode(config) == "probe"
        level = self.settings.level or "customer-facing"
        self._demands = Demands(self.catalogue, marks, self._probing, level)
        self._made: dict[str, set[str]] = {}
        self._probed: dict[tuple[str, str], str] = {}
        self._recorder = Recorder(str(config.rootpath))
        self._patcher = Patcher(self._recorder.alarms)
        self._listening = False
        self._runs = Runs(
            self._recorder,
            strict=self.settings.strict,
            watching=switches.watches(config),
            replay=switches.replay(config),
        )
        self._watching = switches.watches(config)
        self._sent: dict[str, Any] = {"routes": set(), "heard": {}}
        self._evidence: dict[str, Evidence] = {}
        self._seconds = [0.0, 0.0]
        if self._watching:
            self.listen()

    @property
    def _is_worker(self) -> bool:
        return hasattr(self._config, "workerinput")

    def listen(self) -> None:
        """Install the seams of what is or will be imported."""
        if not self._listening:
            self._listening = True
            for seam in seams(self._recorder):
                self._patcher.listen(seam)

    @property
    def recorder(self) -> Recorder:
        """What the seams write to."""
        return self._recorder

    def close(self) -> None:
        """Undo every patch."""
        self._patcher.close()

    def add_variants(self, collector: pytest.Collector, report: pytest.CollectReport) -> None:
        """Append variants behind their bases; the session's own report lists what other collectors made."""
        if isinstance(collector, pytest.Session):
            return
        result: list[pytest.Item | pytest.Collector] = []
        try:
            for node in report.result:
                result.append(node)
                if isinstance(node, pytest.Function) and not variants.is_variant(node):
                    result.extend(self._variants_of(node, set()))
        except MarkerError as error:
            pytest_compat.fail_collection(report, f"prodready: {error}")
            return
        report.result = result

    def _variants_of(
        self, item: pytest.Function, made_already: set[str], *, named: bool = True
    ) -> list[pytest.Item]:
        made: list[pytest.Item] = []
        for demand in self._demands.of(item):
            if demand.name in made_already or not (demand.asserted or self._first_row(item)):
                continue
            self._made.setdefault(item.nodeid, set()).add(demand.name)
            self._runs.bases[item.nodeid] = demand.options.get("call") or self._runs.bases.get(
                item.nodeid, ""
            )
            self.listen()
            plan = variants.VariantPlan(
                demand.behaviour,
                demand.variant,
                demand.options,
                demand.asserted,
                item,
                skipped=demand.skipped,
                named=named,
            )
            made.append(variants.make(plan))
        return made

    def _first_row(self, item: pytest.Function) -> bool:
        """A probe takes one row of a parametrised test."""
        assert item.parent is not None
        key = (item.parent.nodeid, item.originalname or item.name)
        return self._probed.setdefault(key, item.nodeid) == item.nodeid

    def order(self, items: list[pytest.Item]) -> None:
        """Bases first, variants last, each in the order they had.

        A marker that a conftest added to collected items gets its variants here; they run, though no
        node id on the command line can name them.
        """
        for item in list(items):
            if isinstance(item, pytest.Function) and not variants.is_variant(item):
                try:
                    items.extend(self._variants_of(item, self._made.get(item.nodeid, set()), named=False))
                except MarkerError as error:
                    items.append(variants.refused(item, f"prodready: {error}"))
        items.sort(key=variants.is_variant)

    def header(self, items: list[pytest.Item]) -> list[str]:
        """One line where there is something to say."""
        count = sum(variants.is_variant(item) for item in items)
        if not count and not self._watching:
            return []
        return [f"prodready: {plural(len(items) - count, 'test')} + {plural(count, 'variant')}"]

    def prepare(self, item: pytest.Item) -> None:
        """Before an item's set-up."""
        self._runs.prepare(item)

    def setting_up(self, item: pytest.Item) -> None:
        """At the start of an item's set-up."""
        self._runs.setting_up(item)

    def calling(self, item: pytest.Item) -> Generator[None, None, None]:
        """Around an item's call."""
        return self._runs.calling(item)

    def attach(self, item: pytest.Item, report: pytest.TestReport) -> pytest.TestReport:
        """Put what a test showed on its report, as text that crosses the xdist wire."""
        plan = variants.plan_of(item)
        if plan is None:
            self._runs.seen(item, report)
        if self._watching and report.when == "call" and (plan is None or plan.role == "variant"):
            report.prodready = self._show(item, report).to_wire()  # type: ignore[attr-defined]
        return report

    def _show(self, item: pytest.Item, report: pytest.TestReport) -> Evidence:
        deliveries, dropped = condense(self._runs.deliveries.pop(item.nodeid, ()))
        routes = self._recorder.routes - self._sent["routes"]
        self._sent["routes"] |= routes
        heard = {
            seam: count - self._sent["heard"].get(seam, 0) for seam, count in self._recorder.heard.items()
        }
        self._sent["heard"] = dict(self._recorder.heard)
        return Evidence(
            test=item.nodeid,
            variant=variants.is_variant(item),
            passed=report.passed,
            deliveries=deliveries,
            judgements=self._runs.judgements.pop(item.nodeid, ()),
            routes=tuple(sorted(str(route) for route in routes)),
            heard={seam: count for seam, count in heard.items() if count},
            versions=dict(self._patcher.installed) if heard else {},
            alarms=tuple(self._recorder.alarms),
            dropped=dropped,
        )

    def collect(self, report: pytest.TestReport) -> None:
        """Keep the last attempt of each test; only where the whole run comes together."""
        self._seconds[variants.is_variant_id(report.nodeid)] += report.duration
        wire = getattr(report, "prodready", None)
        if wire is not None and not self._is_worker:
            evidence = Evidence.from_wire(wire)
            self._evidence[evidence.test] = evidence

    def finish(self, session: pytest.Session) -> None:
        """Merge, write the reports, decide the gate."""
        if self._is_worker or not self._watching:
            return
        partial = self._is_partial(session)
        merged = matrix.merge(self._evidence.values(), self.catalogue, self.settings, partial)
        merged.findings = [self._selected(finding) for finding in merged.findings]
        plain, trials = self._seconds
        self._outputs.finish(merged, self.catalogue, self.settings, partial, (plain, trials), session)

    def _selected(self, finding: Finding) -> Finding:
        """A finding of a base test is selected by its id, from where pytest was invoked."""
        selection = finding.selection or selection_of(self._config, finding.test, WATCHED)
        return replace(finding, selection=selection)

    def summarise(self, reporter: Any) -> None:
        """The end of the screen."""
        if self._is_worker or self._outputs.result is None:
            return
        self._outputs.summarise(reporter)

    def _is_partial(self, session: pytest.Session) -> bool:
        option = self._config.option
        narrowed = any(
            getattr(option, name, None) for name in ("keyword", "markexpr", "lf", "stepwise", "deselect")
        )
        return bool(
            narrowed
            or session.shouldstop
            or session.shouldfail
            or any("::" in str(arg) for arg in self._config.args)
        )
