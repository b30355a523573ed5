"""A race: processes that stay, take turns in random order, and are compared round by round."""

import json
import os
import random
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from app import ONE_THREAD
from tests.bench.contestants.task import Task

ROOT = Path(__file__).parent.parent.parent
WARM_UP_ROUNDS = 2


@dataclass(frozen=True)
class Lap:
    """Median microseconds of one piece of work, and how many times the first contestant's that is."""

    microseconds: float
    ratio: float


class Contestant:
    """A process that works when told."""

    def __init__(self, command: Sequence[str], task: Task) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=os.environ | ONE_THREAD
        )
        self.tell(json.dumps(asdict(task)))

    def __enter__(self) -> "Contestant":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.__exit__(None, None, None)

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def turn(self) -> float:
        assert self.process.stdout
        self.tell("go")
        return float(self.process.stdout.readline())


def race(commands: Mapping[str, Sequence[str]], task: Task, rounds: int) -> dict[str, Lap]:
    """The first contestant is the measure of the others."""
    chance = random.Random(1)
    with ExitStack() as stack:
        contestants = {name: stack.enter_context(Contestant(c, task)) for name, c in commands.items()}
        times: dict[str, list[float]] = {name: [] for name in contestants}
        for _ in range(WARM_UP_ROUNDS + rounds):
            for name in chance.sample([*contestants], len(contestants)):
                times[name].append(contestants[name].turn())
    kept = {name: found[WARM_UP_ROUNDS:] for name, found in times.items()}
    measure = next(iter(kept.values()))
    return {name: lap(found, measure, task.work) for name, found in kept.items()}


def lap(times: Sequence[float], measure: Sequence[float], work: int) -> Lap:
    ratios = [time / base for time, base in zip(times, measure, strict=True)]
    return Lap(median(times) / work * 1e6, median(ratios))
