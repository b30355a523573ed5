"""Prints what the server bears, beside what it shall bear: `python -m tests.load [--short] [--only T3 T4 soak]`."""

import argparse
import asyncio
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from rich.console import Console
from uvicorn.loops.auto import auto_loop_factory

from tests.bench.load import load
from tests.load.capacity import AUDIENCE, CLASS, measure_audience, measure_class, measure_crowd
from tests.load.figures import Figure, Figures, show
from tests.load.recovery import (
    measure_half_open,
    measure_killed_server,
    measure_killed_workers,
    measure_overload,
    measure_stopped_server,
    measure_storm,
)
from tests.load.soak import measure_soak

T = TypeVar("T")
Measure = Callable[[], Figures]
Measures = dict[str, tuple[float, Measure]]
"""By the targets that they are about: the seconds that they may take at most, and what to do."""


def in_full() -> Measures:
    return {
        "T1 T4 T6 T7 T8 T9": (120, lambda: measure_class(15)),
        "T2": (90, lambda: measure_crowd(10)),
        "T3 T7": (40, lambda: measure_audience(10)),
        "T3+": (60, lambda: measure_audience(5, 1000, 5)),
        "T14": (60, lambda: measure_killed_workers(50)),
        "T15": (60, lambda: measure_killed_server(CLASS, AUDIENCE)),
        "T16": (40, lambda: measure_storm(AUDIENCE)),
        "T17": (60, lambda: measure_stopped_server(CLASS, AUDIENCE)),
        "T20": (100, measure_half_open),
        "T22": (180, lambda: measure_overload(CLASS, AUDIENCE, 6)),
        "soak": (240, lambda: measure_soak(150)),
    }


def in_short() -> Measures:
    return {
        "T1 T4 T6 T7 T8 T9": (60, lambda: measure_class(4)),
        "T3 T7": (15, lambda: measure_audience(3)),
        "T14": (15, lambda: measure_killed_workers(6)),
        "T15": (15, lambda: measure_killed_server(5, 100)),
        "T16": (15, lambda: measure_storm(100)),
        "T17": (15, lambda: measure_stopped_server(5, 50)),
    }


async def measured(name: str, seconds: float, measure: Measure) -> list[Figure]:
    """What it found; what stops it is a figure that is not reached."""
    found: list[Figure] = []
    try:
        async with asyncio.timeout(seconds):
            async for figures in measure():
                found += figures
    except Exception as error:
        traceback.print_exc()
        found.append(Figure(name, "measured to the end", f"{type(error).__name__}: {error}"[:100], "yes", False))
    return found


async def measure_all(measures: Measures, only: list[str]) -> list[Figure]:
    figures: list[Figure] = []
    for name, (seconds, measure) in measures.items():
        if not only or {*only} & {*name.split()}:
            Console(stderr=True).print(f"{name} … ({load()})")
            figures += await measured(name, seconds, measure)
    return figures


def in_the_servers_loop(work: Coroutine[Any, Any, T]) -> T:
    """Those who watch take as little of the machine as they can: it is the server that is measured."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        return runner.run(work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="T", help="these targets, as in --only T3 T4 soak")
    parser.add_argument("--short", action="store_true", help="less of everything, within a minute on a quiet machine")
    given = parser.parse_args()
    figures = in_the_servers_loop(measure_all(in_short() if given.short else in_full(), given.only))
    sys.exit(not show(figures, "What the server bears"))


if __name__ == "__main__":
    main()
