"""Painting: what a page needs to paint tiles and the answer by itself, from the weights alone. Formulas of activations
and features stay here: they are sent as tables of their values, and so is what the network is given at each place."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.activations import OutputActivation
from core.layers import BatchNorm
from core.network import Stage, Stages, parameter_count, running_sizes
from core.probes.maps import Maps
from core.probes.picture import Picture
from core.program import Executor, Program

Array = NDArray[Any]

KNOTS = 1024
BEND = 8.0
SMALLEST = 1e-30


def values_of(activation: OutputActivation, z: Array) -> Array:
    """The activation at each z."""
    program = Program()
    a = program.allocate(1, len(z))
    activation.value(program, program.vector(z[None]), a)
    executor = Executor(program, np.float64)
    executor.run("main")
    values: Array = executor.view(a)[0]
    return values


def table_of(activation: OutputActivation) -> tuple[dict[str, float], Array]:
    """How to read a table of the activation, and the table: its values at knots, to be joined by straight lines.

    `bend`: two rows, for z from 0 down and from 0 up, because corners and jumps are at 0. Knot k lies at
    ±bend·k / (KNOTS − k): close together about 0, and reaching far. The last line goes on.
    `period`: one row, evenly from 0 to the period.
    """
    if activation.period is not None:
        even = np.linspace(0, activation.period, 2 * KNOTS + 1)
        return {"period": activation.period}, values_of(activation, even)[None].astype(np.float32)
    k = np.arange(KNOTS)
    z = BEND * k / (KNOTS - k)
    below = values_of(activation, -np.maximum(z, SMALLEST))
    return {"bend": BEND}, np.stack([below, values_of(activation, z)]).astype(np.float32)


def folded(values: Array) -> NDArray[np.float32]:
    """One input over a map, (rows, columns); a single row where all rows are the same, and a single column likewise."""
    if (values == values[:1]).all():
        values = values[:1]
    if (values == values[:, :1]).all():
        values = values[:, :1]
    return values.astype(np.float32)


def tables(maps: Maps) -> Picture:
    """What a painter must know beforehand. It changes with the network's shape, its activations and its inputs."""
    stages = maps.stages
    activations = list(dict.fromkeys(stage.activation for stage in stages if not stage.activation.is_distribution))
    read = [table_of(activation) for activation in activations]
    info = {
        "layers": [layer_of(stage, activations) for stage in stages],
        "tables": [how for how, _ in read],
        "tile_shape": maps.tile_shape,
        "answer_shape": maps.answer_shape,
        "levels": maps.levels,
        "draws": answer_of(maps),
    }
    arrays: dict[str, Array] = {f"table/{index}": table for index, (_, table) in enumerate(read)}
    for name, inputs, shape in (
        ("tile_input", maps.inputs_of_tiles(), maps.tile_shape),
        ("answer_input", maps.inputs_of_answers(), maps.answer_shape),
    ):
        arrays |= {f"{name}/{index}": folded(values.reshape(shape)) for index, values in enumerate(inputs)}
    return Picture(info, arrays)


def layer_of(stage: Stage, activations: list[OutputActivation]) -> dict[str, Any]:
    """`table`: which one its activation has, None of a softmax. `levels`: what its tiles are drawn against, None is
    their largest size."""
    activation = stage.activation
    return {
        "way": stage.layer.way,
        "units": stage.units,
        "shortcut": stage.shortcut,
        "epsilon": getattr(stage.layer, "epsilon", 0.0),
        "table": None if activation.is_distribution else activations.index(activation),
        "levels": activation.levels if activation.bounded else None,
    }


def answer_of(maps: Maps) -> str:
    """How the network's answer is drawn: its last value against its levels, or the winner among its classes and how
    sure it is; or along a line as it is."""
    if maps.dimensions == 1:
        return "curve"
    return "winner" if len(maps.experiment.data.class_names) > 2 else "value"


def scales(stages: Stages, vector: Array, weights: list[Array]) -> dict[str, Array]:
    """Gain and shift of the layers that take them from running statistics too: (units, 2)."""
    ends = np.cumsum(running_sizes(stages))
    running = np.split(vector[parameter_count(stages) :], ends[:-1])
    return {
        f"scale/{index}": stage.layer.gains_and_shifts(weights[index], running[index]).astype(np.float32)
        for index, stage in enumerate(stages)
        if isinstance(stage.layer, BatchNorm)
    }
