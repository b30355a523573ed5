"""Maps: what every unit and the whole network answer all over the plane, as bytes. Always computed in float32."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.activations import OutputActivation
from core.data import Samples
from core.experiment import Experiment
from core.forward import ForwardPass
from core.network import parameter_count
from core.probes.picture import around_zero, quantised, quantised_within

Array = NDArray[Any]
Window = tuple[float, ...]

BOUNDARY_CELLS = 100
COARSE_BOUNDARY_CELLS = 50
MANY_PARAMETERS = 100_000
TILE_CELLS = 50
COARSE_TILE_CELLS = 25
MANY_UNITS = 100
CURVE_POINTS = 200


def grid(cells: int, window: Window) -> Array:
    """The points in the middles of the map's cells. Window (left, right, bottom, top): row by row from the top and from
    left to right; (left, right): those of a line."""
    across = (np.arange(cells) + 0.5) / cells
    left, right = window[:2]
    x1 = left + across * (right - left)
    if len(window) == 2:
        return x1[:, None]
    bottom, top = window[2:]
    return np.stack([np.tile(x1, cells), np.repeat(top - across * (top - bottom), cells)], axis=1)


def shade(activation: OutputActivation, a: Array) -> NDArray[np.uint8]:
    """A unit's values as bytes: against the activation's range, or where it has none, against their largest size."""
    return quantised_within(a, *activation.levels) if activation.bounded else around_zero(a)


@dataclass
class Part:
    """A pass over the places of a window, which may be another one next time."""

    forward: ForwardPass
    window: Window


class Maps:
    """The pictures of one experiment's network, for any vector of parameters and running statistics. Each is compiled
    when it is first asked for."""

    def __init__(self, experiment: Experiment, data: Samples, tile_cells: int | None = None) -> None:
        self.experiment, self.data, self.stages = experiment, data, experiment.stages
        self.dimensions, self.reach = experiment.data.dimensions, experiment.data.reach
        self.whole: Window = (-self.reach, self.reach) * self.dimensions
        is_large = parameter_count(self.stages) > MANY_PARAMETERS
        self.boundary_cells = COARSE_BOUNDARY_CELLS if is_large else BOUNDARY_CELLS
        many = sum(stage.units for stage in self.stages) > MANY_UNITS
        self.tile_cells = tile_cells or (COARSE_TILE_CELLS if many else TILE_CELLS)

    def _forward(self, points: Array, batch: int) -> ForwardPass:
        return ForwardPass(self.stages, self.data.inputs_at(points), np.float32, batch)

    @property
    def tile_shape(self) -> tuple[int, int]:
        return (self.tile_cells if self.dimensions == 2 else 1), self.tile_cells

    @cached_property
    def _tiles(self) -> ForwardPass:
        points = grid(self.tile_cells, self.whole)
        return self._forward(points, len(points))

    @cached_property
    def _boundary(self) -> ForwardPass:
        return self._forward(self._cells_of(self.whole), self.boundary_cells**2 // 4)

    @cached_property
    def _curve(self) -> ForwardPass:
        return self._forward(self._steps_of(self.whole), CURVE_POINTS)

    @cached_property
    def _part(self) -> Part:
        """The pass for a window of the boundary or of the curve."""
        if self.dimensions == 1:
            return Part(self._forward(self._steps_of(self.whole), CURVE_POINTS), self.whole)
        return Part(self._forward(self._cells_of(self.whole), self.boundary_cells**2 // 4), self.whole)

    def _cells_of(self, window: Window) -> Array:
        return grid(self.boundary_cells, window)

    def _steps_of(self, window: Window) -> Array:
        return np.linspace(window[0], window[1], CURVE_POINTS)[:, None]

    def _answers_within(self, window: Window, vector: Array) -> Array:
        """The network's outputs over a window: (outputs, places)."""
        part = self._part
        if part.window != window:
            points = self._steps_of(window) if self.dimensions == 1 else self._cells_of(window)
            part.forward.load(self.data.inputs_at(points))
            part.window = window
        return part.forward.run(vector)

    def input_tiles(self) -> NDArray[np.uint8]:
        """What each input is over the plane: (inputs, rows, columns)."""
        return around_zero(self.inputs_of_tiles()).reshape(-1, *self.tile_shape)

    def inputs_of_tiles(self) -> Array:
        """What the network is given at the places of a tile: (inputs, places), row by row."""
        return self.data.inputs_at(grid(self.tile_cells, self.whole)).T

    def inputs_of_answers(self) -> Array:
        """The same at the places of the whole boundary or curve."""
        steps_or_cells = self._steps_of if self.dimensions == 1 else self._cells_of
        return self.data.inputs_at(steps_or_cells(self.whole)).T

    @property
    def answer_shape(self) -> tuple[int, int]:
        return (1, CURVE_POINTS) if self.dimensions == 1 else (self.boundary_cells, self.boundary_cells)

    def tiles(self, vector: Array, most: int) -> list[NDArray[np.uint8]]:
        """What the first units of each layer answer over the plane: for every layer (units, rows, columns)."""
        self._tiles.run(vector)
        layers = zip(self.stages, self._tiles.activations, strict=True)
        return [shade(stage.activation, a[:most]).reshape(-1, *self.tile_shape) for stage, a in layers]

    def boundary(self, vector: Array, window: Window = ()) -> NDArray[np.uint8]:
        """The network's answer over the plane, or over a window of it. One value: (1, rows, columns) from its low to
        its high level. More classes: (2, rows, columns), the winner and its confidence."""
        outputs = self._answers_within(window, vector) if window else self._boundary.run(vector)
        shape = -1, self.boundary_cells, self.boundary_cells
        low, high = self.levels
        if len(self.experiment.data.class_names) <= 2:
            return quantised(outputs[-1:], low, high).reshape(shape)
        winner = outputs.argmax(axis=0)
        confidence = quantised(np.take_along_axis(outputs, winner[None], 0), low, high)
        return np.concatenate([winner[None].astype(np.uint8), confidence]).reshape(shape)

    @property
    def levels(self) -> tuple[float, float]:
        """The outputs that are drawn as the two ends of the colour scale."""
        return (-1.0, 1.0) if self.experiment.data.task == "regression" else self.experiment.output.levels

    def curve(self, vector: Array, window: Window = ()) -> NDArray[np.float32]:
        """The answer at evenly spaced x1 from −reach to reach, or from end to end of a window."""
        outputs = self._answers_within(window, vector) if window else self._curve.run(vector)
        return np.array(outputs[0], np.float32)
