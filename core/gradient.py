"""Gradient passes: loss and gradient of fixed samples at any parameters, beside the training step; and the gradient by
the inputs."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.activations import OutputActivation
from core.experiment import Experiment
from core.forward import moving_inputs, with_ones
from core.layers import Mode
from core.network import Judge, backward, forward, parameter_count, running_start, split
from core.program import Executor, Program, Region
from core.step import coded

Array = NDArray[Any]


LARGEST_PASS_BYTES = 96 * 2**20  # several passes are there at once, for one look each


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


class WeighedSums:
    """The sums that reach the output's activation, each weighed by its target: a softmax does not blur them."""

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None:
        program.emit("positive", t, delta)


class InputGradient:
    """How what is made of the outputs changes with each input, of samples that may be others each time. An evaluation:
    no unit is dropped, and batch norm goes by what it remembers."""

    def __init__(
        self, experiment: Experiment, samples: int, judge: Judge | None = None, dtype: DTypeLike = np.float64
    ) -> None:
        """`judge`: what the gradient is of, unless told the loss."""
        stages, program = experiment.stages, Program()
        parameters = program.allocate(parameter_count(stages))
        running = program.vector(running_start(stages))
        x = program.vector(np.ones((stages[0].inputs + 1, samples)))
        t = program.allocate(stages[-1].units, samples)
        result = program.allocate(*x.shape)
        traces = forward(program, stages, parameters, running, x)
        backward(program, traces, program.allocate(parameters.size), judge or experiment.loss, t, result)
        self._executor = Executor(program, dtype)
        view = self._executor.view
        self._parameters, self._running = view(parameters), view(running)
        self._inputs, self._answers = view(x)[:-1], view(t)
        self._result = view(result)[:-1]
        self.outputs = view(traces[-1].a)
        """What the network gave in the last run: (outputs, samples)."""

    def run(self, vector: Array, inputs: Array, answers: Array) -> Array:
        """∂/∂x, (samples, inputs), of inputs of that shape, scaled, and answers of shape (samples, outputs), coded.
        `vector`: the parameters, and behind them the running statistics."""
        self._parameters[...] = vector[: len(self._parameters)]
        self._running[...] = vector[len(self._parameters) :]
        self._inputs[...], self._answers[...] = inputs.T, answers.T
        self._executor.run("main")
        return self._result.T.copy()
