"""Normalization layers: values brought to mean 0 and deviation 1, then stretched and shifted as the layer learns to."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from core.activations import Activation, Linear
from core.initializers import Initializer
from core.layers.base import Array, Flow, LayerSpec, Place, Shape, Way
from core.program import Program, Region
from core.spec import knob


@dataclass(frozen=True)
class Normal:
    """The numbers of a normalization during a pass: mean and variance per unit or per sample, the deviation √(variance
    + ε), and h = (x − mean) / deviation, of the shape of what is normalized."""

    mean: Region
    variance: Region
    deviation: Region
    h: Region


class Normalization(LayerSpec):
    """Base of the normalizations. Each unit, of an image each channel, has a gain, which starts at 1, and a shift in
    place of a bias."""

    by_column: ClassVar[bool] = True

    epsilon: float = knob(
        "Keeps the division from a division by 0.",
        title="ε",
        control="number",
        scale="log",
        is_rare=True,
        default=1e-5,
        ge=1e-12,
        le=1,
    )
    activation: Activation = knob(
        "What is made of the normalized values.", title="Activation", control="choice", default=Linear()
    )

    def columns(self, shape: Shape) -> int:
        return 2

    def start(self, block: Array, initializer: Initializer, generators: Iterator[Any]) -> None:
        block[...] = 1.0, 0.0

    @abstractmethod
    def mean(self, program: Program, values: Region, result: Region) -> None:
        """Contribute the mean of values (units, batch) over what is normalized together."""

    @abstractmethod
    def means_shape(self, values: Region) -> tuple[int, int]:
        """The shape of such means, which fits values by broadcasting."""

    def rows(self, place: Place, region: Region) -> Region:
        """Numbers shaped like x, (units, batch), as they are normalized."""
        return region

    def forward(self, program: Program, place: Place) -> Flow:
        """z = gain·h + shift."""
        normal = self._normal(program, place)
        gain, shift = _columns(place.weights, place.shape[0])
        h, z = place.by_channel(normal.h), place.by_channel(place.z)
        program.emit("multiply", h, gain, z)
        program.emit("add", z, shift, z)

        def back(delta: Region, gradient: Region, before: Region | None) -> None:
            delta = place.by_channel(delta)
            self._parameter_gradient(program, h, delta, gradient)
            if before:
                result = before.rows(0, place.units)
                program.emit("multiply", delta, gain, place.by_channel(result))
                result = self.rows(place, result)
                if not self._is_given(place):
                    self._input_gradient(program, normal, result)
                program.emit("divide", result, normal.deviation, result)

        return Flow(back, lambda: self._remember(program, place, normal))

    def _is_given(self, place: Place) -> bool:
        """Whether mean and variance are known beforehand, not taken from x."""
        return False

    def _remember(self, program: Program, place: Place, normal: Normal) -> None:
        return None

    def _normal(self, program: Program, place: Place) -> Normal:
        values = self.rows(place, place.values)
        means = self.means_shape(values)
        mean, variance, deviation = (program.allocate(*means) for _ in range(3))
        normal = Normal(mean, variance, deviation, program.allocate(*values.shape))
        self.mean(program, values, normal.mean)
        program.emit("subtract", values, normal.mean, normal.h)
        squares = program.allocate(*values.shape)
        program.emit("multiply", normal.h, normal.h, squares)
        self.mean(program, squares, normal.variance)
        self._divide(program, normal)
        return normal

    def _divide(self, program: Program, normal: Normal) -> None:
        program.emit("add", normal.variance, program.constant(self.epsilon), normal.deviation)
        program.emit("sqrt", normal.deviation, normal.deviation)
        program.emit("divide", normal.h, normal.deviation, normal.h)

    def _parameter_gradient(self, program: Program, h: Region, delta: Region, gradient: Region) -> None:
        """∂L/∂gain = Σ δ·h over the batch and the pixels of a channel, ∂L/∂shift = Σ δ."""
        units, batch = delta.shape
        ones, products = program.constant(1.0, batch, 1), program.allocate(units, batch)
        of_gain, of_shift = _columns(gradient, units)
        program.emit("multiply", delta, h, products)
        program.emit("dot", products, ones, of_gain)
        program.emit("dot", delta, ones, of_shift)

    def _input_gradient(self, program: Program, normal: Normal, result: Region) -> None:
        """From g = ∂L/∂h to g − mean(g) − h·mean(g·h): x moves mean and deviation too. To be divided by these."""
        means = self.means_shape(result)
        of_g, of_products, products = (
            program.allocate(*means),
            program.allocate(*means),
            program.allocate(*result.shape),
        )
        program.emit("multiply", result, normal.h, products)
        self.mean(program, products, of_products)
        self.mean(program, result, of_g)
        program.emit("subtract", result, of_g, result)
        program.emit("multiply", normal.h, of_products, products)
        program.emit("subtract", result, products, result)


class LayerNorm(Normalization):
    """Brings the values of all units to a common size in each sample by itself, so that no layer is drowned or shouted
    down by the one before it."""

    kind: Literal["layer_norm"] = "layer_norm"
    title: ClassVar = "Layer norm"
    formula: ClassVar = "a = f(gain·(x − mean) / √(variance + ε) + shift), over the units of a sample"
    source: ClassVar = "Ba, Kiros & Hinton 2016, Layer normalization"
    way: ClassVar[Way] = "normalize"

    def sight(self, shape: Shape) -> None:
        return None

    def means_shape(self, values: Region) -> tuple[int, int]:
        return 1, values.shape[1]

    def mean(self, program: Program, values: Region, result: Region) -> None:
        units = values.shape[0]
        program.emit("dot", program.constant(1.0 / units, 1, units), values, result)


class BatchNorm(Normalization):
    """Brings each unit's values to a common size over the samples of a batch, so that the next layer always meets the
    same mean and deviation. Predictions use the means and variances that it remembers from training.

    Of an image all pixels of a channel count as one unit. It remembers by running means of both, of the variance with
    Bessel's correction, as PyTorch does.
    """

    kind: Literal["batch_norm"] = "batch_norm"
    title: ClassVar = "Batch norm"
    formula: ClassVar = "a = f(gain·(x − mean) / √(variance + ε) + shift), over the samples of a batch"
    source: ClassVar = (
        "Ioffe & Szegedy 2015, Batch normalization: accelerating deep network training by reducing internal covariate "
        "shift"
    )
    way: ClassVar[Way] = "scale"

    momentum: float = knob(
        "How much of what is remembered each batch replaces.",
        title="Momentum",
        is_rare=True,
        default=0.1,
        gt=0,
        le=1,
    )

    def running_start(self, units: int) -> Array:
        """Means 0, then variances 1."""
        return np.repeat([0.0, 1.0], units)

    def gains_and_shifts(self, parameters: Array, running: Array) -> Array:
        """What an evaluation comes to, gain·(x − mean) / √(variance + ε) + shift, as gain′·x + shift′: (units, 2)."""
        mean, variance = running.reshape(2, -1)
        gain = parameters[:, 0] / np.sqrt(variance + self.epsilon)
        return np.stack([gain, parameters[:, 1] - mean * gain], axis=1)

    def means_shape(self, values: Region) -> tuple[int, int]:
        return values.shape[0], 1

    def rows(self, place: Place, region: Region) -> Region:
        return place.by_channel(region)

    def mean(self, program: Program, values: Region, result: Region) -> None:
        batch = values.shape[1]
        program.emit("dot", values, program.constant(1.0 / batch, batch, 1), result)

    def _is_given(self, place: Place) -> bool:
        return place.mode == "evaluation"

    def _normal(self, program: Program, place: Place) -> Normal:
        if not self._is_given(place):
            return super()._normal(program, place)
        values = self.rows(place, place.values)
        units = values.shape[0]
        mean, variance = _columns(place.running, units)
        normal = Normal(mean, variance, program.allocate(units, 1), program.allocate(*values.shape))
        program.emit("subtract", values, mean, normal.h)
        self._divide(program, normal)
        return normal

    def _remember(self, program: Program, place: Place, normal: Normal) -> None:
        if place.mode != "training":
            return
        units, batch = normal.h.shape
        bessel = batch / max(1, batch - 1)
        fresh, momentum = program.allocate(units, 1), program.constant(self.momentum)
        for remembered, seen, factor in zip(
            _columns(place.running, units), (normal.mean, normal.variance), (1.0, bessel), strict=True
        ):
            program.emit("multiply", seen, program.constant(factor), fresh)
            program.emit("subtract", fresh, remembered, fresh)
            program.emit("multiply", fresh, momentum, fresh)
            program.emit("add", remembered, fresh, remembered)


def _columns(block: Region, units: int) -> tuple[Region, Region]:
    """The two columns, each (units, 1), of a block that lies column by column."""
    return block.part(0, units, 1), block.part(units, units, 1)
