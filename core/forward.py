"""Forward pass over samples that stay: losses, predictions and pictures are read off it, beside the training step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.network import Stages, forward, parameter_count, running_start
from core.program import Executor, Program, Region

Array = NDArray[Any]

LARGEST_BATCH = 1024
LARGEST_WORKSPACE = 2**17
"""So many numbers the layers may need beside what passes between them, which a processor keeps at hand: with more a
convolution takes two to three times as long. Batches of large images are smaller."""


def with_ones(inputs: Array) -> Array:
    """Inputs of shape (samples, inputs) and the column of ones that the biases are multiplied with."""
    return np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1)


def moving_inputs(rows: Region, batch: int) -> Region:
    """The columns (inputs + 1, batch) of one batch after the other, out of rows that hold a sample each."""
    width = rows.shape[1]
    return Region(rows.offset, (width, batch), moves=batch * width, transposed=True)


class ForwardPass:
    """A network's answers for fixed inputs, in a precision of its own. Compiled once, run for any parameters."""

    def __init__(
        self, stages: Stages, inputs: Array, dtype: DTypeLike, batch: int = LARGEST_BATCH, keep_sums: bool = False
    ) -> None:
        """inputs: (samples, inputs), scaled. `keep_sums`: `sums` are asked for as well."""
        self.samples = len(inputs)
        workspace = sum(stage.layer.workspace(stage.reaching) for stage in stages)
        batch = max(1, min(batch, self.samples, LARGEST_WORKSPACE // max(1, workspace)))
        self._batches = max(1, -(-self.samples // batch))
        units = stages[-1].units

        program = Program()
        parameters = program.allocate(parameter_count(stages))
        running = program.vector(running_start(stages))
        rows = program.allocate(self._batches * batch, stages[0].inputs + 1)
        program.fill(rows.rows(0, self.samples), with_ones(inputs))
        results = program.allocate(self._batches, units, batch)
        traces = forward(program, stages, parameters, running, moving_inputs(rows, batch), keep_sums=keep_sums)
        program.emit("positive", traces[-1].a, Region(results.offset, (units, batch), moves=units * batch))

        self._executor = Executor(program, dtype, {program.routine: self._batches})
        self._parameters, self._running = self._executor.view(parameters), self._executor.view(running)
        self._results = self._executor.view(results)
        self._rows = self._executor.view(rows)
        self.activations: list[Array] = [self._executor.view(trace.a) for trace in traces]
        """What every layer gave, (units, batch), in the last batch that was run: all samples when they fit into one."""
        self.sums: list[Array] = [self._executor.view(trace.z) for trace in traces] if keep_sums else []
        """What every layer applied its activation to, likewise."""

    def load(self, inputs: Array) -> None:
        """Answer other inputs from now on, as many as there were."""
        self._rows[: self.samples, :-1] = inputs

    def run(self, vector: Array) -> Array:
        """The outputs of shape (outputs, samples). `vector`: the parameters, and behind them the running statistics of
        the layers that have any."""
        self._take(vector)
        self._executor.run("main", 0, self._batches)
        return self._results.transpose(1, 0, 2).reshape(len(self._results[0]), -1)[:, : self.samples]

    def batches(self, vector: Array) -> Iterator[int]:
        """Run batch by batch, so that the activations of each can be looked at; gives their numbers."""
        self._take(vector)
        for batch in range(self._batches):
            self._executor.run("main", batch, batch + 1)
            yield batch

    def _take(self, vector: Array) -> None:
        self._parameters[...] = vector[: len(self._parameters)]
        self._running[...] = vector[len(self._parameters) :]
