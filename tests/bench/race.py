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
from typing import Any

import numpy as np

from app import ONE_THREAD
from tests.bench.contestants.task import Task

ROOT = Path(__file__).parent.parent.parent
WARM_UP_ROUNDS = 2


@dataclass(frozen=True)
class Lap:
    """Median microseconds of one piece of work, how many times the first contestant's that is, and by how much at most
    its weights or bytes differ from the first one's when it is checked."""

    microseconds: float
    ratio: float
    difference: float


class Entry:
    """A process that works when told."""

    def __init__(self, command: Sequence[str], task: Task) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, env=os.environ | ONE_THREAD
        )
        self.tell(json.dumps(asdict(task)))

    def __enter__(self) -> "Entry":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.__exit__(None, None, None)

    def tell(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def asked(self, line: str) -> Any:
        assert self.process.stdout
        self.tell(line)
        return json.loads(self.process.stdout.readline())


def race(commands: Mapping[str, Sequence[str]], task: Task, rounds: int) -> dict[str, Lap]:
    """The first contestant is the measure of the others."""
    chance = random.Random(1)
    with ExitStack() as stack:
        entries = {name: stack.enter_context(Entry(command, task)) for name, command in commands.items()}
        checked = {name: entry.asked("check") for name, entry in entries.items()}
        times: dict[str, list[float]] = {name: [] for name in entries}
        for _ in range(WARM_UP_ROUNDS + rounds):
            for name in chance.sample([*entries], len(entries)):
                times[name].append(entries[name].asked("go"))
    kept = {name: found[WARM_UP_ROUNDS:] for name, found in times.items()}
    first = next(iter(kept))
    return {
        name: lap(found, kept[first], task.work, difference(checked[name], checked[first]))
        for name, found in kept.items()
    }


def lap(times: Sequence[float], measure: Sequence[float], work: int, difference: float) -> Lap:
    ratios = [time / base for time, base in zip(times, measure, strict=True)]
    return Lap(median(times) / work * 1e6, median(ratios), difference)


def difference(blocks: Sequence[Any], others: Sequence[Any]) -> float:
    """The largest, over layers of equal shape."""
    return max(float(np.abs(np.subtract(a, b)).max(initial=0.0)) for a, b in zip(blocks, others, strict=True))
