"""What all optimizers share: the vectors that an update works on, and the learning rate."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.program import Program, Region
from core.spec import Spec, knob

Array = NDArray[Any]

AVERAGE = "average"
"""The state of an optimizer that shows other parameters than it trains: those to evaluate, draw and predict with."""


@dataclass(frozen=True)
class Vectors:
    """The flat vectors of an update, and its learning rate, a single number that schedules move.

    Gradient and scratch are the rows of `pair`, (2, n + 1), with a 1 behind each: a state, because after the update
    they tell its gradient and its step. `weights` is 1 where the parameters hold a weight, 0 at a bias.
    """

    parameters: Region
    pair: Region
    rate: Region
    weights: NDArray[Any]

    @classmethod
    def beside(cls, parameters: Region, rate: Region, weights: NDArray[Any], program: Program) -> Vectors:
        """Make room for the gradient and the scratch."""
        start = np.pad(np.zeros((2, parameters.size)), ((0, 0), (0, 1)), constant_values=1.0)
        return cls(parameters, program.state(PAIR, *start.shape, value=start), rate, weights)

    @property
    def size(self) -> int:
        return self.parameters.size

    @property
    def gradient(self) -> Region:
        return self.pair.part(0, self.size)

    @property
    def scratch(self) -> Region:
        return self.pair.part(self.size + 1, self.size)


PAIR = "pair"
"""The state that holds the last update's gradient and step."""


class View(Protocol):
    """A batch, as it looks from any parameters."""

    def gradient(self, parameters: Array) -> Array:
        """The gradient there, with the regularizer's pull and clipped: a view, overwritten by the next look."""

    def loss(self, parameters: Array) -> float:
        """The loss there, without penalty."""


def rate_knob(default: float) -> Any:
    return knob(
        "How far each update moves the weights.",
        title="Learning rate",
        default=default,
        ge=1e-6,
        le=10,
        scale="log",
    )


def weight_decay_knob(default: float) -> Any:
    return knob(
        "Which share of every weight, times the learning rate, each update takes away. Biases are spared.",
        title="Weight decay",
        default=default,
        ge=0,
        le=1,
        scale="log",
    )


class OptimizerSpec(Spec):
    """Base of the optimizers: how the weights move."""

    title: ClassVar[str]
    whole_batch: ClassVar[bool] = False  # every update sees all training samples, whatever the batch size
    uses_gradient: ClassVar[bool] = True

    @property
    def rate(self) -> float | None:
        """The learning rate that a schedule multiplies; None for those that have none."""
        return None

    @property
    def summary(self) -> str:
        """In a few words: Adam 0.03."""
        return self.title if self.rate is None else f"{self.title} {self.rate:g}"

    def settle(self, program: Program, vectors: Vectors) -> None:
        """Contribute what is left to do when the parameters are at their place."""
        return None

    def exhausted(self, states: Mapping[str, Array]) -> str | None:
        """Why there is nothing more that it could do, as a sentence; None as long as there is."""
        return None


class SearchSpec(OptimizerSpec):
    """Base of the optimizers that look at a batch from several places before they move."""

    def remember(self, program: Program) -> None:
        """Make room for what is to be known in later updates."""
        return None

    @abstractmethod
    def found(self, start: Array, view: View, rate: float, states: Mapping[str, Array], chance: Generator) -> Array:
        """Where the parameters move to, from `start`."""


class StepSpec(OptimizerSpec):
    """Base of the optimizers whose update is a step: some formula of the gradient, times the learning rate."""

    learning_rate: float = rate_knob(0.03)

    @property
    def rate(self) -> float | None:
        return self.learning_rate

    @abstractmethod
    def update(self, program: Program, vectors: Vectors) -> None:
        """Contribute the change of the parameters. The gradient stays as it is; in the scratch, free until then, the
        step that was taken off the parameters is left, for those who want to see its size."""

    def descend(self, program: Program, vectors: Vectors, direction: Region, rate: Region | None = None) -> None:
        """Contribute parameters −= rate·direction. `rate`: where it is not the learning rate."""
        step = vectors.scratch
        program.emit("multiply", direction, rate or vectors.rate, step)
        program.emit("subtract", vectors.parameters, step, vectors.parameters)

    def decay(self, program: Program, vectors: Vectors, weight_decay: float, direction: Region) -> None:
        """Contribute direction += weight_decay·weights, so that the step is shrinking too: apart from the gradient, so
        that no mean of gradients takes it in."""
        program.emit("multiply", vectors.parameters, program.vector(weight_decay * vectors.weights), vectors.scratch)
        program.emit("add", direction, vectors.scratch, direction)
