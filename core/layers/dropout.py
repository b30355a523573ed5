"""Dropout: in training a random share of the units is silent in each sample."""

from __future__ import annotations

from typing import ClassVar, Literal

from core.layers.base import Flow, LayerSpec, Place, pass_on
from core.program import Program, Region
from core.spec import knob


class Dropout(LayerSpec):
    """Silences a random share of the units in every sample while training, so that no unit can rely on another.

    Those that speak are louder by 1 / (1 − rate), so that the sums keep their size. Predictions use all units.
    """

    kind: Literal["dropout"] = "dropout"
    title: ClassVar = "Dropout"
    formula: ClassVar = "a = x·m / (1 − rate), m = 0 with probability rate, else 1"
    source: ClassVar = (
        "Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014, "
        "Dropout: a simple way to prevent neural networks from overfitting"
    )

    rate: float = knob(
        "The share of the units that is silent.", title="Rate", unit="%", default=0.2, ge=0, le=0.9, step=0.05
    )

    def forward(self, program: Program, place: Place) -> Flow:
        if place.mode != "training":
            program.emit("positive", place.values, place.z)
            return Flow(lambda delta, gradient, before: pass_on(program, delta, before))
        mask = program.chance(place.units, place.batch)
        program.emit("subtract", mask, program.constant(self.rate), mask)
        program.emit("heaviside", mask, program.constant(1.0), mask)
        program.emit("multiply", mask, program.constant(1.0 / (1.0 - self.rate)), mask)
        program.emit("multiply", place.values, mask, place.z)

        def back(delta: Region, gradient: Region, before: Region | None) -> None:
            if before:
                program.emit("multiply", delta, mask, before.rows(0, place.units))

        return Flow(back)
