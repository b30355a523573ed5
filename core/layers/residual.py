"""Residual layer: a shortcut that carries what reached an earlier layer past the layers between."""

from __future__ import annotations

from typing import ClassVar, Literal

from core.activations import Activation, Linear
from core.layers.base import Flow, LayerSpec, Misfit, Place, Shape, Way, pass_on, spoken
from core.program import Program
from core.spec import knob


class Residual(LayerSpec):
    """Adds what went into an earlier layer to what came out of the last: the layers between need only learn the
    difference, and the gradient has a way around them.

    Where one of the two has more units, those are passed on alone (the paper's shortcut A, padded with zeros). The
    shortcut's gradient is this layer's own δ. Of images those are channels; both must have the same sides.
    """

    kind: Literal["residual"] = "residual"
    title: ClassVar = "Residual"
    formula: ClassVar = "a = f(x + x of the layer where the shortcut begins)"
    source: ClassVar = "He, Zhang, Ren & Sun 2016, Deep residual learning for image recognition"
    way: ClassVar[Way] = "add"

    skips: int = knob(
        "How many layers the shortcut passes by.", title="Passes by", unit="layers", default=1, ge=1, le=9
    )
    activation: Activation = knob(
        "What is made of the sum.", title="Activation", control="choice", default=Linear(), is_rare=True
    )

    def misfit(self, shape: Shape, shortcut: Shape | None) -> Misfit | None:
        if not shortcut or len(shape) == 1 or len(shortcut) == 1 or shape[1:] == shortcut[1:]:
            return None
        sentence = f"expected a shortcut between images of the same size, got {spoken(shortcut)} and {spoken(shape)}"
        return Misfit("skips", sentence)

    def forward(self, program: Program, place: Place) -> Flow:
        assert place.shortcut
        shared = min(place.units, place.shortcut.shape[0] - 1)
        program.emit("positive", place.values, place.z)
        sums = place.z.rows(0, shared)
        program.emit("add", sums, place.shortcut.rows(0, shared), sums)
        return Flow(lambda delta, gradient, before: pass_on(program, delta, before))
