"""Load: how much more there is to do than the machine can, as a level, and what is then left out first.

Viewers get fewer pictures, then heavy pictures become rare for all, while each training process, which is nicer than
the server, gets what is left of the cores; last of all new runs are refused. No command, answer or save waits for any
of that, and no run is ended.
"""

import asyncio
import os
from collections.abc import Callable

from app import metrics

LOOK_SECONDS, LOOKS = 0.1, 10
CALM_SECONDS = 5  # what was left out comes back step by step
LATE_SECONDS = (0.05, 0.15)  # the event loop is so late: level 1, 2; what level 3 is, is a setting
CROWDED = (8, 16)  # so many networks train on each core: level 1, 2
VIEWER_SECONDS = (0.0, 0.1, 0.2, 0.5)  # between two pictures for one who only watches, by level
REFUSING = 3

Tell = Callable[[int, int], None]
"""The level, and how many networks train at each core."""


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Load:
    """Looks at the clock and at how many networks train, and tells when the level or that becomes another."""

    def __init__(self, playing: Callable[[], int], tell: Tell, refuse_late_seconds: float) -> None:
        self.playing, self.tell = playing, tell
        self.late_seconds = (*LATE_SECONDS, refuse_late_seconds)
        self.cores = cores()
        self.level = self.crowding = self.calm_seconds = 0

    async def watch(self) -> None:
        """Judge once a second, for as long as the server is there."""
        while True:
            _, second, *_ = sorted([await lag() for _ in range(LOOKS)], reverse=True)
            self.judge(second, self.playing() / self.cores)  # a single hiccup is none

    def judge(self, late_seconds: float, crowding: float) -> None:
        """One level up at once, one level down after some calm."""
        before = self.level, self.crowding
        self.crowding = int(crowding)
        wanted = max(reached(late_seconds, self.late_seconds), reached(crowding, CROWDED))
        self.calm_seconds = self.calm_seconds + 1 if wanted < self.level else 0
        if wanted > self.level:
            self.go_to(self.level + 1)
        elif self.calm_seconds >= CALM_SECONDS:
            self.go_to(self.level - 1)
        if (self.level, self.crowding) != before:
            self.tell(self.level, self.crowding)

    def go_to(self, level: int) -> None:
        self.level, self.calm_seconds = level, 0


def reached(value: float, bounds: tuple[float, ...]) -> int:
    return sum(value > bound for bound in bounds)


async def lag() -> float:
    """How late the event loop wakes someone who asked for it."""
    loop = asyncio.get_running_loop()
    due = loop.time() + LOOK_SECONDS
    await asyncio.sleep(LOOK_SECONDS)
    late = max(0.0, loop.time() - due)
    metrics.LOOP_LAG.observe(late)
    return late
