"""What a contestant is told: the network, its training data and how to learn, in plain lists."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time
from typing import Any


@dataclass(frozen=True)
class Task:
    """`weights`: per layer (units, inputs + 1), the bias as last column. `work`: updates or pictures per turn."""

    experiment: dict[str, Any]
    inputs: list[list[float]]
    targets: list[list[float]]
    weights: list[list[list[float]]]
    work: int

    @property
    def precision(self) -> str:
        return str(self.experiment["precision"])

    @property
    def batch_size(self) -> int:
        return int(self.experiment["batch_size"])

    @property
    def learning_rate(self) -> float:
        return float(self.experiment["optimizer"]["learning_rate"])


def compete(prepare: Callable[[Task], Callable[[], None]]) -> None:
    """Read the task, then for every further line work once and say how many seconds of processor that took.

    Not seconds by the clock: they would count what other programs on the machine do.
    """
    turn = prepare(Task(**json.loads(sys.stdin.readline())))
    for _ in sys.stdin:
        start = process_time()
        turn()
        print(process_time() - start, flush=True)
