"""Flatten: an image as a row of numbers, pixel by pixel."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Literal

from core.layers.base import Flow, LayerSpec, Place, Shape, pass_on
from core.program import Program


class Flatten(LayerSpec):
    """Lays the pixels of all channels side by side, so that what comes after knows of no image.

    A dense layer does so by itself.
    """

    kind: Literal["flatten"] = "flatten"
    title: ClassVar = "Flatten"

    def shape_after(self, shape: Shape) -> Shape:
        return (prod(shape),)

    def forward(self, program: Program, place: Place) -> Flow:
        program.emit("positive", place.values, place.z)
        return Flow(lambda delta, gradient, before: pass_on(program, delta, before))
