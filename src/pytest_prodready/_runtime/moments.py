"""Real clocks, kept in closures so that no tool which moves time rebinds them; and temporal values."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import Any

_SLACK = 2.0
_EARLIEST = 100_000_000  # 1973 in epoch seconds
_MILLISECONDS = 1_000.0


def _keep(clock: Callable[[], float]) -> Callable[[], float]:
    def now() -> float:
        return clock()

    return now


def _reading(plain: type[datetime.datetime]) -> Callable[[datetime.datetime], float]:
    def timestamp(moment: datetime.datetime) -> float:
        try:
            return moment.timestamp()
        except IndexError:
            # A moment that freezegun made asks it for the zone, which it knows no more when time has thawed.
            return plain.timestamp(moment)

    return timestamp


real_time = _keep(time.time)
real_monotonic = _keep(time.perf_counter)
_timestamp = _reading(datetime.datetime)


class Interval:
    """The wall-clock interval of a delivery, on the real clock and on the one the test may have moved."""

    def __init__(self) -> None:
        self._starts = self._read()
        self._ends: tuple[float, ...] | None = None

    @staticmethod
    def _read() -> tuple[float, ...]:
        return (real_time(), time.time())

    def end(self) -> None:
        """Close the interval; until then it reaches to the present."""
        self._ends = self._read()

    def holds(self, value: Any) -> bool:
        """Whether ``value`` (datetime, date, ISO text, epoch seconds or milliseconds) lies within it.

        A value without a zone is tried as UTC and as local time. The slack is two seconds, since
        databases round.
        """
        if type(value) is int and abs(value) < _EARLIEST:
            return False  # an id, an amount, a count
        ends = self._ends or self._read()
        return any(
            start - _SLACK <= moment <= end + _SLACK
            for moment in _moments(value)
            for start, end in zip(self._starts, ends, strict=True)
        )


def _moments(value: Any) -> list[float]:
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, (int, float)):
        return [float(value), value / _MILLISECONDS]
    if isinstance(value, str):
        value = _parse(value)
    # A type moved by freezegun is still a datetime.date by its own metaclass, and has timestamp().
    if hasattr(value, "timestamp"):
        naive = value.tzinfo is None
        readings = [value.replace(tzinfo=datetime.timezone.utc), value] if naive else [value]
        return [_timestamp(reading) for reading in readings]
    if hasattr(value, "toordinal"):
        noon = datetime.datetime.combine(datetime.date.fromordinal(value.toordinal()), datetime.time())
        today = datetime.datetime.fromtimestamp(time.time()).date()
        return [time.time()] if noon.date() == today else []
    return []


def _parse(text: str) -> Any:
    if not 8 <= len(text) <= 40 or not text[:4].isdigit():
        return None
    try:
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
