"""How long the runs of schedules take: a pytest plugin that each entry loads beside its own conftest.

It looks at the plugin from outside, around the function that runs a test once under one schedule, and writes
a line for each to the file ZOO_TIMES: the milliseconds, and whether the duplicate had to wait for a lock. The
last schedule of a variant is the variant's own test and is not among them.
"""

import os
import time

from pytest_prodready._trial.exploration import Exploration

explore = Exploration.explore


def timed(exploration, run):
    """Explore, with a clock around each run."""

    def clocked(director):
        began = time.perf_counter()
        run(director)
        milliseconds = (time.perf_counter() - began) * 1000
        tried = [one for one in director.encounters if one.schedule.kind != "sequential"]
        if tried:
            with open(os.environ["ZOO_TIMES"], "a", encoding="utf-8") as file:
                file.write(f"{milliseconds:.2f} {'waited' if any(one.waited for one in tried) else 'ran'}\n")

    return explore(exploration, clocked)


def pytest_configure():
    Exploration.explore = timed


def pytest_unconfigure():
    Exploration.explore = explore
