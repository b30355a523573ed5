"""Network: layers between the inputs and the output, and their compilation into the operations of a training step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.activations import OutputActivation, Tanh
from core.initializers import Initializer, Xavier
from core.layers import Dense, Layer
from core.layers.dense import input_gradient, weight_gradient, weighted_sum
from core.losses import Loss
from core.program import Program, Region, span
from core.spec import Spec, knob

Array = NDArray[Any]


class Network(Spec):
    """The hidden layers, from the inputs to the output, and how their weights start."""

    layers: tuple[Layer, ...] = knob(
        "The hidden layers, from the inputs to the output.",
        title="Hidden layers",
        control="network",
        default=(Dense(units=8, activation=Tanh()), Dense(units=6, activation=Tanh())),
        max_length=10,
        strict=False,
    )
    initializer: Initializer = knob(
        "What the weights start as.", title="Initial weights", control="choice", default=Xavier()
    )


@dataclass(frozen=True)
class Stage:
    """A layer in its place: how many inputs reach it, how many units it has, and its activation."""

    name: str
    inputs: int
    units: int
    activation: OutputActivation

    @property
    def shape(self) -> tuple[int, int]:
        """Of its parameters: the weights, and the bias as last column."""
        return self.units, self.inputs + 1

    @property
    def parameters(self) -> int:
        return self.units * (self.inputs + 1)


Stages = tuple[Stage, ...]


def stages_of(network: Network, inputs: int, outputs: int, output: OutputActivation) -> Stages:
    """All layers that have parameters, the output layer last."""
    widths = [inputs, *(layer.units for layer in network.layers), outputs]
    activations: list[OutputActivation] = [*(layer.activation for layer in network.layers), output]
    names = [*(f"Hidden {index + 1}" for index in range(len(network.layers))), "Output"]
    return tuple(map(Stage, names, widths[:-1], widths[1:], activations))


def parameter_count(stages: Stages) -> int:
    return sum(stage.parameters for stage in stages)


def split(vector: Array, stages: Stages) -> list[Array]:
    """A flat parameter vector as one view per layer, of shape (units, inputs + 1)."""
    ends = np.cumsum([stage.parameters for stage in stages])
    return [block.reshape(stage.shape) for block, stage in zip(np.split(vector, ends[:-1]), stages, strict=True)]


def initial_parameters(network: Network, stages: Stages, generators: Iterable[Any]) -> Array:
    """The flat vector that training starts from, each layer drawn from its generator."""
    vector = np.zeros(parameter_count(stages))
    for block, stage, generator in zip(split(vector, stages), stages, generators, strict=False):
        block[:, :-1] = network.initializer.weights(generator, stage.units, stage.inputs)
        block[:, -1] = network.initializer.first_bias
    return vector


def is_weight(stages: Stages) -> Array:
    """1 where the flat vector holds a weight, 0 where it holds a bias."""
    mask = np.ones(parameter_count(stages))
    for block in split(mask, stages):
        block[:, -1] = 0.0
    return mask


@dataclass(frozen=True)
class Trace:
    """Where a layer's numbers stand during a pass. `block` has one row more than the layer has units: the ones that
    the next layer's bias is multiplied with."""

    stage: Stage
    weights: Region
    block: Region
    z: Region

    @property
    def a(self) -> Region:
        return self.block.rows(0, self.stage.units)


class BackTrace(NamedTuple):
    """Where a layer's f′(z) and its delta, ∂L/∂z, stand after a backward pass: both (units, batch)."""

    slope: Region
    delta: Region


def weight_regions(vector: Region, stages: Stages) -> list[Region]:
    starts = np.cumsum([0, *(stage.parameters for stage in stages)])
    return [vector.part(int(start), *stage.shape) for start, stage in zip(starts[:-1], stages, strict=True)]


def forward(program: Program, stages: Stages, parameters: Region, x: Region, keep_sums: bool = False) -> list[Trace]:
    """Contribute a forward pass. x: (inputs + 1, batch), its last row ones. `keep_sums`: also keep every z."""
    batch = x.shape[1]
    blocks = [program.allocate(stage.units + 1, batch) for stage in stages]  # neighbours, so that one slope serves all
    traces: list[Trace] = []
    for stage, weights, block in zip(stages, weight_regions(parameters, stages), blocks, strict=True):
        program.fill(block.rows(stage.units, stage.units + 1), 1.0)
        a = block.rows(0, stage.units)
        z = program.allocate(stage.units, batch) if keep_sums or stage.activation.keeps_z else a
        weighted_sum(program, weights, x, z)
        stage.activation.value(program, z, a)
        traces.append(Trace(stage, weights, block, z))
        x = block
    return traces


def slopes_of(program: Program, traces: Sequence[Trace]) -> list[Region]:
    """Contribute f′(z) of every layer. Layers of one activation lie side by side and share its operations, unless it
    needs z: that lies elsewhere."""
    blocks = [program.allocate(*trace.block.shape) for trace in traces]
    slopes = [block.rows(0, trace.stage.units) for block, trace in zip(blocks, traces, strict=True)]
    for activation, run in groupby(range(len(traces)), key=lambda index: traces[index].stage.activation):
        places = list(run)
        if activation.keeps_z:
            for index in places:
                activation.slope(program, traces[index].z, traces[index].a, slopes[index])
        else:
            a, slope = span([traces[index].block for index in places]), span([blocks[index] for index in places])
            activation.slope(program, a, a, slope)
    return slopes


def backward(
    program: Program, traces: Sequence[Trace], gradient: Region, loss: Loss, x: Region, targets: Region
) -> list[BackTrace]:
    """Contribute the gradient of the mean loss over the batch, into a flat vector like the parameters'."""
    stages = tuple(trace.stage for trace in traces)
    gradients = weight_regions(gradient, stages)
    inputs = [x, *(trace.block for trace in traces[:-1])]
    slopes = slopes_of(program, traces)
    output = traces[-1]
    delta = program.allocate(*output.a.shape)
    loss.backward(program, output.stage.activation, output.a, targets, slopes[-1], delta)
    deltas = []
    for index in reversed(range(len(traces))):
        deltas.append(delta)
        weight_gradient(program, delta, inputs[index], gradients[index])
        if index:
            before = program.allocate(*inputs[index].shape)
            input_gradient(program, traces[index].weights, delta, before)
            delta = before.rows(0, stages[index].inputs)
            stages[index - 1].activation.backward(program, traces[index - 1].a, slopes[index - 1], delta)
    return [BackTrace(slope, delta) for slope, delta in zip(slopes, reversed(deltas), strict=True)]
