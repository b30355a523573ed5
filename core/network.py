"""Network: layers between the inputs and the output, and their compilation into the operations of a training step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from core.activations import OutputActivation, Tanh
from core.initializers import Initializer, Xavier
from core.layers import Dense, Flow, Layer, LayerSpec, Misfit, Mode, Place, Residual, Shape
from core.program import Program, Region, span
from core.spec import Spec, knob, misfit

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

    @model_validator(mode="after")
    def _shortcuts_begin_somewhere(self) -> Self:
        for index, layer in enumerate(self.layers):
            if isinstance(layer, Residual) and layer.skips > index:
                sentence = f"expected at most {index}, the layers before this one, got {layer.skips}"
                misfit(f"layers.{index}.skips", sentence if index else "put a layer before this one for it to pass by")
        return self


@dataclass(frozen=True)
class Stage:
    """A layer in its place: what reaches it, what it gives, and its activation.

    `shortcut`: the stage whose outputs reach it too, −1 for the network's inputs.
    """

    name: str
    layer: LayerSpec
    reaching: Shape
    giving: Shape
    activation: OutputActivation
    shortcut: int | None = None

    @property
    def inputs(self) -> int:
        return prod(self.reaching)

    @property
    def units(self) -> int:
        """How many numbers the layer gives: of an image all pixels of all channels."""
        return prod(self.giving)

    @property
    def neurons(self) -> int:
        """How many units there are that weigh by themselves: those of a channel do the same all over the image."""
        return self.giving[0]

    @property
    def is_image(self) -> bool:
        return len(self.giving) > 1

    @property
    def kind(self) -> str:
        kind: str = type(self.layer).model_fields["kind"].default
        return kind

    @property
    def shape(self) -> tuple[int, int]:
        """Of its parameters: of a dense layer and a convolution the weights, and the bias as last column."""
        return self.neurons, self.layer.columns(self.reaching)

    @property
    def numbers(self) -> int:
        """An estimate of what a pass forth and back needs of each sample: activations, slopes and deltas."""
        return 3 * (self.units + 1) + self.layer.workspace(self.reaching)

    @property
    def parameters(self) -> int:
        return self.shape[0] * self.shape[1]

    @property
    def running_start(self) -> Array:
        return self.layer.running_start(self.neurons)

    def shaped(self, block: Array) -> Array:
        """A view of the layer's part of a flat vector, in its shape."""
        return block.reshape(self.shape[::-1]).T if self.layer.by_column else block.reshape(self.shape)


Stages = tuple[Stage, ...]


def stages_of(network: Network, inputs: Shape, outputs: int, output: OutputActivation) -> Stages:
    """All layers in their places, the output layer last."""
    stages, shape = [], inputs
    for index, (name, layer) in enumerate(zip(_names(network.layers), network.layers, strict=True)):
        after = layer.shape_after(shape)
        stages.append(Stage(name, layer, shape, after, layer.f, _shortcut(index, layer)))
        shape = after
    return (*stages, Stage("Output", Dense(units=outputs), shape, (outputs,), output))


def _shortcut(index: int, layer: LayerSpec) -> int | None:
    return index - layer.skips - 1 if isinstance(layer, Residual) else None


def misfit_of(network: Network, inputs: Shape) -> Misfit | None:
    """The first layer that cannot stand where it stands, by its place in the network, and why; None where all can."""
    shapes = [inputs]
    for index, layer in enumerate(network.layers):
        shortcut = _shortcut(index, layer)
        if found := layer.misfit(shapes[-1], None if shortcut is None else shapes[shortcut + 1]):
            return Misfit(".".join(filter(None, ["layers", str(index), found.field])), found.sentence)
        shapes.append(layer.shape_after(shapes[-1]))
    return None


def _names(layers: Sequence[LayerSpec]) -> Iterator[str]:
    """Hidden 1, Dropout 1, Hidden 2: each kind is counted by itself."""
    seen: Counter[str] = Counter()
    for layer in layers:
        title = "Hidden" if isinstance(layer, Dense) else layer.title
        seen[title] += 1
        yield f"{title} {seen[title]}"


def parameter_count(stages: Stages) -> int:
    return sum(stage.parameters for stage in stages)


def split(vector: Array, stages: Stages) -> list[Array]:
    """A flat parameter vector as one view per layer: (units, inputs + 1) of a dense one, (units, 2) of a normalization,
    (filters, channels·kernel² + 1) of a convolution, (units, 0) of those without parameters."""
    ends = np.cumsum([stage.parameters for stage in stages])
    return [stage.shaped(block) for block, stage in zip(np.split(vector, ends[:-1]), stages, strict=True)]


def joined(blocks: Sequence[Array], stages: Stages) -> Array:
    """The flat parameter vector of one array per layer: what `split` takes apart."""
    vector = np.zeros(parameter_count(stages))
    for view, block in zip(split(vector, stages), blocks, strict=True):
        view[...] = block
    return vector


def initial_parameters(network: Network, stages: Stages, generators: Iterable[Any]) -> Array:
    """The flat vector that training starts from. Each layer that draws its weights has a generator of its own."""
    vector, chance = np.zeros(parameter_count(stages)), iter(generators)
    for block, stage in zip(split(vector, stages), stages, strict=True):
        stage.layer.start(block, network.initializer, chance)
    return vector


def running_start(stages: Stages) -> Array:
    """The flat vector that the running statistics of all layers start from; empty where none remembers any."""
    return np.concatenate([stage.running_start for stage in stages])


def running_sizes(stages: Stages) -> list[int]:
    """How many running statistics each layer has."""
    return [len(stage.running_start) for stage in stages]


def is_weight(stages: Stages) -> Array:
    """1 where the flat vector holds a weight, 0 where it holds a bias, a gain or a shift."""
    mask = np.zeros(parameter_count(stages))
    for block, stage in zip(split(mask, stages), stages, strict=True):
        if stage.layer.has_weights:
            block[:, :-1] = 1.0
    return mask


@dataclass(frozen=True)
class Trace:
    """Where a layer's numbers stand during a pass. `block` has one row more than the layer has units: the ones that
    the next layer's bias is multiplied with."""

    stage: Stage
    place: Place
    block: Region
    flow: Flow

    @property
    def z(self) -> Region:
        return self.place.z

    @property
    def a(self) -> Region:
        return self.block.rows(0, self.stage.units)


class BackTrace(NamedTuple):
    """Where a layer's f′(z) and its delta, ∂L/∂z, stand after a backward pass: both (units, batch)."""

    slope: Region
    delta: Region


def parameter_regions(vector: Region, stages: Stages) -> list[Region]:
    """Each layer's part of a flat parameter vector, in its shape."""
    starts = np.cumsum([0, *(stage.parameters for stage in stages)])
    return [
        Region(vector.offset + int(start), stage.shape, transposed=stage.layer.by_column)
        for start, stage in zip(starts[:-1], stages, strict=True)
    ]


def running_regions(vector: Region, stages: Stages) -> list[Region]:
    """Each layer's part of the running statistics."""
    sizes = running_sizes(stages)
    starts = np.cumsum([0, *sizes])
    return [vector.part(int(start), size) for start, size in zip(starts[:-1], sizes, strict=True)]


def forward(
    program: Program,
    stages: Stages,
    parameters: Region,
    running: Region,
    x: Region,
    mode: Mode = "evaluation",
    keep_sums: bool = False,
) -> list[Trace]:
    """Contribute a forward pass. x: (inputs + 1, batch), its last row ones. `keep_sums`: also keep every z."""
    batch = x.shape[1]
    x = _row_by_row(program, stages, x)
    blocks = [program.allocate(stage.units + 1, batch) for stage in stages]  # neighbours, so that one slope serves all
    reached = [x, *blocks]
    traces: list[Trace] = []
    for index, (stage, weights, memory) in enumerate(
        zip(stages, parameter_regions(parameters, stages), running_regions(running, stages), strict=True)
    ):
        block = blocks[index]
        program.fill(block.rows(stage.units, stage.units + 1), 1.0)
        a = block.rows(0, stage.units)
        z = program.allocate(stage.units, batch) if keep_sums or stage.activation.keeps_z else a
        shortcut = None if stage.shortcut is None else reached[stage.shortcut + 1]
        place = Place(mode, weights, memory, reached[index], z, stage.reaching, shortcut)
        flow = stage.layer.forward(program, place)
        stage.activation.value(program, z, a)
        traces.append(Trace(stage, place, block, flow))
    return traces


def _row_by_row(program: Program, stages: Stages, x: Region) -> Region:
    """Only a matrix product takes samples as they lie in the data; for any other layer they are copied."""
    readers = [stages[0], *(stage for stage in stages if stage.shortcut == -1)]
    if all(isinstance(stage.layer, Dense) for stage in readers):
        return x
    rows = program.allocate(*x.shape)
    program.emit("positive", x, rows)
    return rows


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


class Judge(Protocol):
    """What a gradient is of: a loss, or whatever else is made of the outputs."""

    def backward(
        self, program: Program, output: OutputActivation, a: Region, t: Region, slope: Region, delta: Region
    ) -> None: ...


def backward(
    program: Program,
    traces: Sequence[Trace],
    gradient: Region,
    loss: Judge,
    targets: Region,
    of_inputs: Region | None = None,
) -> list[BackTrace]:
    """Contribute the gradient of the mean loss over the batch, into a flat vector like the parameters'. `of_inputs`:
    and that by the inputs, into this, (inputs + 1, batch), its last row without meaning."""
    stages = tuple(trace.stage for trace in traces)
    gradients = parameter_regions(gradient, stages)
    slopes = slopes_of(program, traces)
    deltas = [program.allocate(stage.inputs + 1, targets.shape[1]).rows(0, stage.inputs) for stage in stages[1:]]
    deltas.append(program.allocate(*traces[-1].a.shape))
    loss.backward(program, stages[-1].activation, traces[-1].a, targets, slopes[-1], deltas[-1])
    for index in reversed(range(len(traces))):
        before = _with_last_row(deltas[index - 1]) if index else of_inputs
        traces[index].flow.back(deltas[index], gradients[index], before)
        if index:
            _add_shortcuts(program, stages, deltas, index - 1, deltas[index - 1])
            stages[index - 1].activation.backward(program, traces[index - 1].a, slopes[index - 1], deltas[index - 1])
    if of_inputs:
        _add_shortcuts(program, stages, deltas, -1, of_inputs.rows(0, stages[0].inputs))
    return [BackTrace(slope, delta) for slope, delta in zip(slopes, deltas, strict=True)]


def _with_last_row(delta: Region) -> Region:
    return Region(delta.offset, (delta.shape[0] + 1, *delta.shape[1:]))


def _add_shortcuts(program: Program, stages: Stages, deltas: Sequence[Region], index: int, into: Region) -> None:
    """Add what the gradient of a layer's outputs, of −1 of the inputs, gets from the layers that they reach by a
    shortcut."""
    for later, stage in enumerate(stages):
        if stage.shortcut == index:
            shared = min(stage.units, into.shape[0])
            own = into.rows(0, shared)
            program.emit("add", own, deltas[later].rows(0, shared), own)
