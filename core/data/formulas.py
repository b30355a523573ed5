"""Formulas: surfaces and curves that a person types."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, model_validator

from core.data.base import REACH, Curve
from core.data.planar import PlanarRegression
from core.formula import LONGEST, parsed
from core.spec import knob, misfit

Array = NDArray[Any]

PROBE_CELLS = 24  # an even number: the origin, where 1/x1 has no value, is not among the points


def _known(*variables: str) -> AfterValidator:
    def check(text: str) -> str:
        parsed(text, variables)
        return text

    return AfterValidator(check)


def _target(default: str) -> Any:
    return knob(
        "The value to learn. Where it goes beyond −1 to 1 it is scaled down to fit.",
        title="Formula",
        control="text",
        default=default,
        min_length=1,
        max_length=LONGEST,
    )


def evaluated(formula: str, points: Array) -> Array:
    """The formula at points of shape (samples, dimensions)."""
    names = tuple(f"x{axis + 1}" for axis in range(points.shape[1]))
    with np.errstate(all="ignore"):
        return parsed(formula, names)(dict(zip(names, points.T, strict=True)))


def height(formula: str, dimensions: int) -> float:
    """The formula's largest size over the map; not finite where it has no value somewhere."""
    axis = np.linspace(-REACH, REACH, PROBE_CELLS)
    points = np.stack(np.meshgrid(*[axis] * dimensions), axis=-1).reshape(-1, dimensions)
    return float(np.abs(evaluated(formula, points)).max())


def refuse_gaps(formula: str, dimensions: int) -> None:
    """Refuse a formula without a finite value somewhere on the map."""
    if not np.isfinite(height(formula, dimensions)):
        misfit("target", f"expected a formula with a finite value wherever x is from −{REACH:g} to {REACH:g}")


def fitted(formula: str, points: Array) -> Array:
    """Values from −1 to 1, or smaller where the formula is. What has no value at a point counts as the largest."""
    values = evaluated(formula, points) / max(1.0, height(formula, points.shape[1]))
    return np.clip(np.nan_to_num(values, nan=1.0), -1.0, 1.0)


class FormulaSurface(PlanarRegression):
    """A surface of your own: type its value over the plane."""

    kind: Literal["formula"] = "formula"
    title: ClassVar = "Your surface"

    target: Annotated[str, _known("x1", "x2")] = _target("sin(2*x1) * cos(x2)")

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        refuse_gaps(self.target, self.dimensions)
        return self

    def surface(self, points: Array) -> Array:
        return fitted(self.target, points)


class FormulaCurve(Curve):
    """A curve of your own: type its value over x1."""

    kind: Literal["formula_curve"] = "formula_curve"
    title: ClassVar = "Your curve"

    target: Annotated[str, _known("x1")] = _target("sin(3*x1) / (1 + x1**2)")

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        refuse_gaps(self.target, self.dimensions)
        return self

    def curve(self, x1: Array) -> Array:
        return fitted(self.target, x1[:, None])
