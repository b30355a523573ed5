"""Dense layer: every unit weighs and sums all its inputs, adds a bias and applies the activation."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, ClassVar, Literal

from core.activations import Activation, Tanh
from core.initializers import Initializer
from core.layers.base import Array, Flow, LayerSpec, Place, Shape, Way
from core.program import Program, Region
from core.spec import knob


class Dense(LayerSpec):
    """Every unit takes in all outputs of the layer before.

    The bias is the last column of the weights, against a row of ones under the inputs. An image is taken in pixel by
    pixel, channel after channel.
    """

    kind: Literal["dense"] = "dense"
    title: ClassVar = "Dense"
    formula: ClassVar = "a = f(W·x + b)"
    source: ClassVar = "Rosenblatt 1958, The perceptron"
    has_weights: ClassVar[bool] = True
    way: ClassVar[Way] = "weigh"

    units: int = knob("How many units the layer has.", title="Units", unit="units", default=8, ge=1, le=256)
    activation: Activation = knob(
        "What each unit makes of its weighted sum.", title="Activation", control="choice", default=Tanh()
    )

    def shape_after(self, shape: Shape) -> Shape:
        return (self.units,)

    def columns(self, shape: Shape) -> int:
        return prod(shape) + 1

    def start(self, block: Array, initializer: Initializer, generators: Iterator[Any]) -> None:
        units, columns = block.shape
        block[:, :-1] = initializer.weights(next(generators), units, columns - 1)
        block[:, -1] = initializer.first_bias

    def forward(self, program: Program, place: Place) -> Flow:
        """z = W·x, and back: ∂L/∂W = δ·xᵀ, the bias column with it, because its input is 1; ∂L/∂x = Wᵀ·δ."""
        program.emit("dot", place.weights, place.x, place.z)

        def back(delta: Region, gradient: Region, before: Region | None) -> None:
            program.emit("dot", delta, place.x.T, gradient)
            if before:
                program.emit("dot", place.weights.T, delta, before)

        return Flow(back)
