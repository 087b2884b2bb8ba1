"""Where pytest knocks: the plugin's only entry point. Hooks fetch the session and call one method of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from ._session import entry, switches

if TYPE_CHECKING:
    from ._session.facade import Prodready


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options, all of them prefixed."""
    entry.add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Our own hooks."""
    from . import hookspec

    pluginmanager.add_hookspecs(hookspec)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; listen only if this run may need it."""
    if entry.configure(config):
        config.pluginmanager.register(Collecting(config), "prodready-collecting")
        if switches.watches(config):
            config.pluginmanager.register(Running(config), "prodready-running")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Put back everything that was patched."""
    entry.close(config)


@pytest.fixture
def prodready(request: pytest.FixtureRequest) -> Prodready:
    """Deliver messages to handlers: ``prodready.deliver(handler, message)``."""
    return entry.facade(request.config)


class Collecting:
    """Adds the variants of marked tests; cheap where there is none."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_report_header(self) -> list[str]:
        return entry.header(self._config)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        report = yield
        if entry.wants_variants(self._config, report):
            entry.session_of(self._config).add_variants(collector, report)
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        entry.order(self._config, items)
        if entry.has_session(self._config) and not switches.watches(self._config):
            self._config.pluginmanager.register(Running(self._config), "prodready-running")


class Running:
    """Listens to tests, runs variants, reports; registered only in a run that has something to do."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._session = entry.session_of(config)

    def pytest_report_collectionfinish(self, items: list[pytest.Item]) -> list[str]:
        return self._session.header(items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        self._session.prepare(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._session.setting_up(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        return (yield from self._session.calling(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        return self._session.attach(item, (yield))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._session.collect(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self._session.finish(session)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        self._session.summarise(terminalreporter)
