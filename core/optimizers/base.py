"""What all optimizers share: the vectors that an update works on, and the learning rate."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from core.program import Program, Region
from core.spec import Spec, knob


@dataclass(frozen=True)
class Vectors:
    """The flat vectors of an update, and its learning rate, a single number that schedules move.

    The scratch vector lies right behind the gradient: `pair` is both, (2, n).
    """

    parameters: Region
    pair: Region
    rate: Region

    @property
    def size(self) -> int:
        return self.parameters.size

    @property
    def gradient(self) -> Region:
        return self.pair.part(0, self.size)

    @property
    def scratch(self) -> Region:
        return self.pair.part(self.size, self.size)


class OptimizerSpec(Spec):
    """Base of the optimizers: how a gradient becomes a step."""

    whole_batch: ClassVar[bool] = False  # every update sees all training samples, whatever the batch size

    learning_rate: float = knob(
        "How far each update moves the weights.",
        title="Learning rate",
        default=0.03,
        ge=1e-6,
        le=10,
        scale="log",
    )

    @abstractmethod
    def update(self, program: Program, vectors: Vectors) -> None:
        """Contribute the change of the parameters. The gradient stays as it is; in the scratch, free until then, the
        step that was taken off the parameters is left, for those who want to see its size."""

    def descend(self, program: Program, vectors: Vectors, direction: Region) -> None:
        """Contribute parameters −= rate·direction."""
        step = vectors.scratch
        program.emit("multiply", direction, vectors.rate, step)
        program.emit("subtract", vectors.parameters, step, vectors.parameters)
