"""Gradient pass: loss and gradient of fixed samples at any parameters, beside the training step."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.experiment import Experiment
from core.forward import moving_inputs, with_ones
from core.layers import Mode
from core.network import backward, forward, parameter_count, running_start, split
from core.program import Executor, Program
from core.step import coded

Array = NDArray[Any]


LARGEST_PASS_BYTES = 256 * 2**20


def affordable(experiment: Experiment) -> int:
    """Of how many samples a pass can be had at once: of a few thousand, but of large images of fewer."""
    return max(1, LARGEST_PASS_BYTES // (8 * sum(stage.numbers for stage in experiment.stages)))


class LayerPass(NamedTuple):
    """One layer during a pass, as views: sums, activations, slopes f′(z) and deltas ∂L/∂z, all (units, samples)."""

    z: Array
    a: Array
    slope: Array
    delta: Array


class GradientPass:
    """Forward and backward over samples that stay. Compiled once, run for any parameters.

    No unit is dropped. The samples are a batch with statistics of its own, unless running statistics are given.
    """

    def __init__(
        self,
        experiment: Experiment,
        inputs: Array,
        answers: Array,
        running: Array | None = None,
        dtype: DTypeLike = np.float64,
    ) -> None:
        """inputs: (samples, inputs), scaled; answers: (samples, outputs), coded."""
        self.experiment, self.stages = experiment, experiment.stages
        self.answers = answers.T
        program = Program()
        parameters = program.allocate(parameter_count(self.stages))
        gradient = program.allocate(parameters.size)
        x = moving_inputs(program.vector(with_ones(inputs)), len(inputs))
        t = moving_inputs(program.vector(answers), len(answers))
        statistics = program.vector(running_start(self.stages) if running is None else running)
        mode: Mode = "batch" if running is None else "evaluation"
        traces = forward(program, self.stages, parameters, statistics, x, mode, keep_sums=True)
        back = backward(program, traces, gradient, experiment.loss, t)
        self._executor = Executor(program, dtype)
        self._parameters = self._executor.view(parameters)
        self.gradient = self._executor.view(gradient)
        view = self._executor.view
        self.layers = [
            LayerPass(view(trace.z), view(trace.a), view(slope), view(delta))
            for trace, (slope, delta) in zip(traces, back, strict=True)
        ]

    @classmethod
    def over(cls, experiment: Experiment, samples: tuple[Array, Array], dtype: DTypeLike = np.float64) -> GradientPass:
        """Over samples, inputs and targets; of large images over the first of them, as many as can be had at once."""
        inputs, targets = (part[: affordable(experiment)] for part in samples)
        return cls(experiment, inputs, coded(targets, experiment), dtype=dtype)

    def run(self, parameters: Array) -> Array:
        """The gradient of the mean loss without penalty, as a flat vector: a view, overwritten by the next run."""
        self._parameters[...] = parameters
        self._executor.run("main")
        return self.gradient

    @property
    def loss(self) -> float:
        """The mean loss at the parameters of the last run."""
        return self.experiment.loss.value(self.layers[-1].a, self.answers, self.experiment.output)

    @property
    def gradients(self) -> list[Array]:
        """The gradient shaped like the weights, a view per layer."""
        return split(self.gradient, self.stages)
