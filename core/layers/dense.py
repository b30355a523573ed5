"""Dense layer: every unit weighs and sums all its inputs, adds a bias and applies the activation."""

from __future__ import annotations

from typing import ClassVar, Literal

from core.activations import Activation, Tanh
from core.program import Program, Region
from core.spec import Spec, knob


class Dense(Spec):
    """Every unit takes in all outputs of the layer before.

    The bias is the last column of the weights, against a row of ones under the inputs.
    """

    kind: Literal["dense"] = "dense"
    title: ClassVar = "Dense"
    formula: ClassVar = "a = f(W·x + b)"

    units: int = knob("How many units the layer has.", title="Units", unit="units", default=8, ge=1, le=256)
    activation: Activation = knob(
        "What each unit makes of its weighted sum.", title="Activation", control="choice", default=Tanh()
    )


def weighted_sum(program: Program, weights: Region, x: Region, z: Region) -> None:
    """z = W·x. Shapes: W (units, inputs + 1), x (inputs + 1, batch), z (units, batch)."""
    program.emit("dot", weights, x, z)


def weight_gradient(program: Program, delta: Region, x: Region, gradient: Region) -> None:
    """∂L/∂W = δ·xᵀ, the bias column with it, because its input is 1."""
    program.emit("dot", delta, x.T, gradient)


def input_gradient(program: Program, weights: Region, delta: Region, result: Region) -> None:
    """∂L/∂x = Wᵀ·δ, of shape (inputs + 1, batch); the last row, of the ones, means nothing."""
    program.emit("dot", weights.T, delta, result)
