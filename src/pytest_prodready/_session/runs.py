"""Runs tests: bases are listened to, controls and variants are carried out and judged."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

import pytest

from .._inbound import functions
from .._model.behaviour import Judgement, Trial
from .._model.delivery import Delivery
from .._model.schedule import Schedule
from .._outbound import read_state
from .._runtime import pytest_compat
from .._runtime.recorder import Ledger, Recorder
from .._trial import variants, verdicts
from .._trial.duplicates import MOST_PER_OPERATION, Duplicates
from .._trial.exploration import Exploration
from .._trial.meetings import Meetings
from .._trial.reorders import Reordering
from .._trial.variants import VariantPlan
from .catalogue import cure
from .selection import PROBED, selection_of

_PASSED_ON = (pytest.skip.Exception, pytest.exit.Exception, KeyboardInterrupt, GeneratorExit)


@dataclass(frozen=True)
class Unperturbed:
    """A run of a base test that nothing changed: whether it passed, and what it delivered."""

    passed: bool
    deliveries: Sequence[Delivery]
    why: str = ""


class Runs:
    """Carries tests out.

    Args:
        recorder: what the seams write to.
        strict: what was not judged fails on a marked test.
        watching: every test is listened to, not only those that have variants.
        replay: the only schedule that variants try, or None.

    Attributes:
        bases: node ids of the tests that have variants, and the function whose calls they hear, or "".
    """

    def __init__(
        self, recorder: Recorder, *, strict: bool, watching: bool, replay: Schedule | None = None
    ) -> None:
        self._recorder = recorder
        self._strict = strict
        self._watching = watching
        self._replay = replay
        self._directors: dict[pytest.Item, Duplicates] = {}
        self._explorations: dict[pytest.Item, Exploration] = {}
        self.bases: dict[str, str] = {}
        self._unperturbed: dict[str, Unperturbed] = {}
        self._reads: set[str] = set()
        self._shown: set[str] = set()
        self.judgements: dict[str, tuple[Judgement, ...]] = {}
        self.deliveries: dict[str, Sequence[Delivery]] = {}

    def expect(self, base: str, target: str) -> None:
        """A test has variants; calls of ``target`` are deliveries of it, where that is not ""."""
        self.bases[base] = target or self.bases.get(base, "")

    def prepare(self, item: pytest.Item) -> None:
        """Before a variant: make sure that its base was seen to pass in this process, else run it unseen."""
        plan = variants.plan_of(item)
        if plan is None or plan.skipped or plan.error or plan.role != "variant":
            return
        if plan.base.nodeid not in self._unperturbed and not _never_runs(plan.base):
            control = variants.make(replace(plan, role="control"))
            reports = pytest_compat.run_unreported(control, nextitem=item)
            self._conclude(plan.base.nodeid, reports)
        seen = self._unperturbed.get(plan.base.nodeid)
        if plan.variant in plan.behaviour.explores and seen is not None and seen.passed:
            try:
                self._explore(item, plan, seen)
            except Exception as error:
                # Here no test is running that could fail: pytest would end the whole run.
                plan.skipped = f"not judged: the plugin itself failed while it tried schedules: {error!r}"

    def _explore(self, item: pytest.Item, plan: VariantPlan, seen: Unperturbed) -> None:
        """Try the schedules of a variant but the one that is left for its own item."""
        kind = Reordering if "order" in plan.behaviour.explores[plan.variant] else Exploration
        exploration = kind(
            plan.behaviour,
            plan.variant,
            plan.options,
            seen.deliveries,
            frozenset(self._reads),
            frozenset(self._shown),
            asserted=plan.asserted,
            replay=self._replay,
        )

        def run(director: Meetings) -> None:
            trial = variants.make(replace(plan, role="trial"))
            self._directors[trial] = director
            pytest_compat.run_unreported(trial, nextitem=item)
            del self._directors[trial]

        self._directors[item] = exploration.explore(run)
        self._explorations[item] = exploration

    def setting_up(self, item: pytest.Item) -> None:
        """Skip a variant that cannot be judged before any of its fixtures is made."""
        plan = variants.plan_of(item)
        if plan is None or plan.role != "variant":
            return
        if plan.error:
            pytest.fail(plan.error, pytrace=False)
        wrong = functions.problem(plan.options["call"], cure) if "call" in plan.options else ""
        if wrong:
            pytest.fail(wrong, pytrace=False)
        if plan.skipped:
            told = plan.skipped.startswith("not judged")
            pytest_compat.skip(plan.skipped if told else f"not applicable: {plan.skipped}")
        if plan.base.get_closest_marker("xfail") is not None:
            pytest_compat.skip("not judged: base test is expected to fail")
        seen = self._unperturbed.get(plan.base.nodeid)
        if seen is not None and not seen.passed:
            pytest_compat.skip(f"not judged: base test does not pass{seen.why}")

    def calling(self, item: pytest.Item) -> Generator[None, None, None]:
        """Around a test's call: listen, and in a variant repeat and judge."""
        self._recorder.places.doubles.of_test(str(item.path), getattr(item, "obj", None))
        plan = variants.plan_of(item)
        if plan is not None and plan.role == "variant":
            return (yield from self._trial(item, plan))
        if plan is not None and plan.role == "trial":
            ledger = Ledger(self._directors[item], compared=True)
            with self._armed(item, ledger), self._hearing(plan.base):
                return (yield)
        if plan is None and not self._watching and item.nodeid not in self.bases:
            return (yield)
        ledger = Ledger(compared=plan is not None or item.nodeid in self.bases)
        try:
            with self._armed(item, ledger), self._hearing(plan.base if plan else item):
                return (yield)
        finally:
            self.deliveries[plan.base.nodeid if plan else item.nodeid] = self._learn(ledger)

    def _armed(self, item: pytest.Item, ledger: Ledger) -> AbstractContextManager[None]:
        """Record, and read the state that the suite itself says how to read."""
        read = pytest_compat.override(item, read_state.NAME)
        if read is not None:
            ledger.watch = read_state.watching(self._recorder, read)
        if ledger.director is not None:
            ledger.sign = self._callable(item, "prodready_sign")
            ledger.other_tenant = self._headers(item, "prodready_other_tenant")
        return self._recorder.armed(ledger)

    @staticmethod
    def _headers(item: pytest.Item, name: str) -> Mapping[str, str] | None:
        given = pytest_compat.override(item, name)
        if given is not None and not isinstance(given, Mapping):
            pytest.fail(
                f"{name}: gives a {type(given).__name__}; it has to give a dict of headers", pytrace=False
            )
        return None if given is None else {str(name): str(value) for name, value in given.items()}

    @staticmethod
    def _callable(item: pytest.Item, name: str) -> Callable[..., Any] | None:
        given: Callable[..., Any] | None = pytest_compat.override(item, name)
        if given is not None and not callable(given):
            pytest.fail(f"{name}: gives a {type(given).__name__}; it has to give a function", pytrace=False)
        return given

    def _hearing(self, base: pytest.Item) -> AbstractContextManager[None]:
        """Hear the function that the base's marker names; a wrong name is told by the variant."""
        target = self.bases.get(base.nodeid, "")
        if not target or not isinstance(base, pytest.Function) or functions.problem(target):
            return nullcontext()
        return functions.listening(self._recorder, target, base.module)

    def seen(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Remember how a base test went, so that its variants need no control of their own."""
        if item.nodeid not in self.bases:
            return
        if report.when == "call":
            why = "" if report.passed else " in this run"
            self._unperturbed[item.nodeid] = Unperturbed(
                report.passed, self.deliveries.get(item.nodeid, ()), why
            )
        elif not report.passed:
            self._unperturbed[item.nodeid] = Unperturbed(False, (), f" ({report.when} {report.outcome})")

    def _conclude(self, base: str, reports: Sequence[pytest.TestReport]) -> None:
        passed = all(report.passed for report in reports)
        why = "" if passed else " when it is run on its own"
        self._unperturbed[base] = Unperturbed(passed, self.deliveries.get(base, ()), why)

    def _trial(self, item: pytest.Item, plan: VariantPlan) -> Generator[None, None, None]:
        most = 1 if variants.draws_examples(plan.base) else MOST_PER_OPERATION
        director = self._directors.pop(item, None) or Duplicates(
            plan.behaviour, plan.options, asserted=plan.asserted, most=most
        )
        ledger = Ledger(director, compared=True)
        failure: BaseException | None = None
        with self._armed(item, ledger), self._hearing(plan.base):
            try:
                yield
            except _PASSED_ON:
                raise
            except BaseException as error:
                failure = error
        failure = failure or pytest_compat.take_unittest_failure(item)
        if isinstance(failure, _PASSED_ON):
            raise failure
        self._learn(ledger)
        self._judge(item, plan, director, ledger, type(failure).__name__ if failure else "")

    def _judge(
        self, item: pytest.Item, plan: VariantPlan, director: Duplicates, ledger: Ledger, own_failure: str
    ) -> None:
        if ledger.mistakes:
            pytest.fail(ledger.mistakes[0], pytrace=False)
        trial = self._tried(item, plan, director, ledger, own_failure)
        judge = plan.behaviour.judge
        judgements = tuple(judge(trial)) if judge is not None else ()
        named = (item if plan.named else plan.base).nodeid
        selection = selection_of(item.config, named, () if plan.asserted else PROBED)
        judgements = tuple(judgement.selected_by(selection) for judgement in judgements)
        self.judgements[item.nodeid] = judgements
        result = verdicts.outcome(
            judgements,
            plan.behaviour.rules,
            asserted=plan.asserted,
            strict=self._strict,
            own_failure=own_failure,
            nodeid=item.nodeid,
            elsewhere=ledger.elsewhere,
            unheard=self._recorder.alarms,
        )
        if result.kind == "failed":
            pytest.fail(result.text, pytrace=False)
        if result.kind == "skipped":
            pytest_compat.skip(result.text)

    def _tried(
        self, item: pytest.Item, plan: VariantPlan, director: Duplicates, ledger: Ledger, own_failure: str
    ) -> Trial:
        """What the variant has shown, ready to be judged."""
        exploration = self._explorations.pop(item, None)
        if exploration is not None:
            assert isinstance(director, Meetings)
            tried = exploration.trial(item.nodeid, director, own_failure)
            return replace(tried, shown=frozenset(self._shown))
        seen = self._unperturbed.get(plan.base.nodeid)
        return Trial(
            test=item.nodeid,
            variant=plan.variant,
            exchanges=director.exchanges(ledger, seen.deliveries if seen else ()),
            reads=frozenset(self._reads),
            shown=frozenset(self._shown),
            asserted=plan.asserted,
            own_failure=own_failure,
        )

    def _learn(self, ledger: Ledger) -> list[Delivery]:
        deliveries = ledger.deliveries()
        for delivery in deliveries:
            self._reads |= delivery.reads
            self._shown |= delivery.shown
        return deliveries


def _never_runs(base: pytest.Function) -> bool:
    """A skipped or xfailed base says nothing as a control; pytest's own set-up skips the variant as well."""
    return base.get_closest_marker("skip") is not None or base.get_closest_marker("xfail") is not None
