"""Where a run's result goes: files, screen, exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .._report import json_file, terminal
from .._report.result import Result
from . import switches
from .catalogue import Catalogue
from .matrix import Matrix
from .settings import Settings
from .suggest import did_you_mean

_FORMATS = {".json": json_file.render}


class Outputs:
    """The outputs that the command line asked for, checked before the first test runs.

    Args:
        config: pytest's configuration.

    Raises:
        pytest.UsageError: an unknown suffix, or a path that cannot be written.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._files = [self._check(text) for text in config.getoption("--prodready-out")]
        self._failures: list[str] = []
        self.result: Result | None = None

    def _check(self, text: str) -> Path:
        path = Path(text)
        path = path if path.is_absolute() else self._config.invocation_params.dir / path
        if path.suffix not in _FORMATS:
            raise pytest.UsageError(
                f"--prodready-out={text}: unknown format {path.suffix!r}{did_you_mean(path.suffix, _FORMATS)}"
            )
        if path.is_dir():
            raise pytest.UsageError(f"--prodready-out={text}: this is a directory; name a file in it")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab"):
                pass
        except OSError as error:
            raise pytest.UsageError(
                f"--prodready-out={text}: cannot be written: {error.strerror}; choose another path"
            ) from None
        return path

    def finish(
        self,
        merged: Matrix,
        catalogue: Catalogue,
        settings: Settings,
        partial: bool,
        seconds: tuple[float, float],
        session: pytest.Session,
    ) -> None:
        """Write the files, and fail the run where the gate says so."""
        fail_on = self._config.getoption("--prodready-fail-on") or "never"
        rules, behaviours = tuple(catalogue.rules), tuple(catalogue.behaviours.values())
        self.result = Result(merged, rules, behaviours, settings, partial, fail_on, seconds)
        for path in self._files:
            try:
                path.write_text(_FORMATS[path.suffix](self.result), encoding="utf-8")
            except OSError as error:
                self._failures.append(f"{path.name} was not written: {error.strerror}")
                session.exitstatus = pytest.ExitCode.USAGE_ERROR
        if not self.result.gate_passed and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def summarise(self, reporter: Any) -> None:
        """Print the matrix, or one line where the run is quiet or small."""
        assert self.result is not None
        asked = self._config.getoption("--prodready-report") or self._config.getoption("--prodready-explain")
        if asked or not self.result.gate_passed:
            terminal.render(
                self.result,
                reporter,
                explain=self._config.getoption("--prodready-explain"),
                offer_probe=switches.mode(self._config) != "probe",
            )
        for failure in self._failures:
            reporter.write_line(f"prodready: {failure}", red=True)
