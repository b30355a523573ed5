"""Clipping: a limit to the gradient, so that one bad batch cannot throw the weights far away."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from core.program import Program, Region
from core.spec import BY_KIND, Spec, knob


def _limit(help: str) -> Any:
    return knob(help, title="Limit", default=1.0, ge=1e-6, le=1000, scale="log")


class ClippingSpec(Spec):
    """Base of the clippings."""

    @abstractmethod
    def clip(self, program: Program, gradient: Region) -> None:
        """Contribute the gradient cut to its limit, in place."""


class NoClipping(ClippingSpec):
    """The gradient is used as it is."""

    kind: Literal["none"] = "none"
    title: ClassVar = "None"

    def clip(self, program: Program, gradient: Region) -> None:
        pass


class ClipNorm(ClippingSpec):
    """Shortens a gradient that is too long as a whole; its direction stays."""

    kind: Literal["norm"] = "norm"
    title: ClassVar = "By norm"
    formula: ClassVar = "g ← g·min(1, limit / (‖g‖ + 10⁻⁶))"
    source: ClassVar = "Pascanu, Mikolov & Bengio 2013, On the difficulty of training recurrent neural networks"

    limit: float = _limit("The greatest length of the gradient.")

    def clip(self, program: Program, gradient: Region) -> None:
        norm = program.allocate()
        program.emit("dot", gradient, gradient, norm)
        program.emit("sqrt", norm, norm)
        program.emit("add", norm, program.constant(1e-6), norm)
        program.emit("divide", program.constant(self.limit), norm, norm)
        program.emit("minimum", norm, program.constant(1.0), norm)
        program.emit("multiply", gradient, norm, gradient)


class ClipValue(ClippingSpec):
    """Cuts every part of the gradient that is too large by itself."""

    kind: Literal["value"] = "value"
    title: ClassVar = "By value"
    formula: ClassVar = "gᵢ ← max(−limit, min(limit, gᵢ))"
    source: ClassVar = "Mikolov 2012, Statistical language models based on neural networks"

    limit: float = _limit("The greatest size of each part.")

    def clip(self, program: Program, gradient: Region) -> None:
        """Not by the faster fmin and fmax: they would turn NaN into a limit and hide a divergence."""
        program.emit("minimum", gradient, program.constant(self.limit), gradient)
        program.emit("maximum", gradient, program.constant(-self.limit), gradient)


Clipping = Annotated[NoClipping | ClipNorm | ClipValue, Field(discriminator="kind"), BY_KIND]
