"""What a contestant is told: the network, its training data and how to learn, in plain lists; and how it answers."""

import json
import sys
from dataclasses import dataclass
from time import process_time
from typing import Any, Protocol

Blocks = list[list[list[float]]]
"""Per layer (units, inputs + 1), the bias as last column."""


@dataclass(frozen=True)
class Task:
    """`work`: updates or pictures per turn. `cells`: how many a picture has along each side."""

    experiment: dict[str, Any]
    inputs: list[list[float]]
    targets: list[list[float]]
    weights: Blocks
    work: int
    cells: int

    @property
    def precision(self) -> str:
        return str(self.experiment["precision"])

    @property
    def batch_size(self) -> int:
        return min(int(self.experiment["batch_size"]), len(self.inputs))

    @property
    def epochs(self) -> int:
        """How many whole epochs the work is."""
        return self.work // -(-len(self.inputs) // self.batch_size)

    @property
    def learning_rate(self) -> float:
        return float(self.experiment["optimizer"]["learning_rate"])

    @property
    def optimizer(self) -> str:
        return str(self.experiment["optimizer"]["kind"])

    @property
    def activations(self) -> list[str]:
        """Of every layer, the output last."""
        layers = self.experiment["network"]["layers"]
        hidden = (layer["activation"]["kind"] for layer in layers if "activation" in layer)
        return [*hidden, self.experiment["output"]["kind"]]

    @property
    def is_softmax(self) -> bool:
        return self.activations[-1] == "softmax"


class Contestant(Protocol):
    """Someone who was told a task."""

    def turn(self) -> None:
        """Do the work once."""

    def check(self) -> Any:
        """Told the task just now: the weights after one epoch with the samples in their order, or one set of maps."""


class Entrance(Protocol):
    def __call__(self, task: Task, /) -> Contestant: ...


def compete(enter: Entrance) -> None:
    """Read the task. Then for every line "go" work once and say how many seconds of processor that took; for every
    other let someone who starts afresh be checked.

    Not seconds by the clock: they would count what other programs on the machine do.
    """
    task = Task(**json.loads(sys.stdin.readline()))
    contestant = enter(task)
    for line in sys.stdin:
        if line.strip() != "go":
            print(json.dumps(enter(task).check()), flush=True)
            continue
        start = process_time()
        contestant.turn()
        print(process_time() - start, flush=True)
