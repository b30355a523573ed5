"""Formulas: surfaces and curves that a person types."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.base import REACH, Curve
from core.data.planar import PlanarRegression
from core.data.typed import Typed, evaluated, probe
from core.spec import knob

Array = NDArray[Any]


def _target(default: str) -> Any:
    return knob(
        "The value to learn. Where it goes beyond −1 to 1 it is scaled down to fit.",
        title="Formula",
        control="text",
        default=default,
    )


def fitted(formula: str, points: Array) -> Array:
    """Values from −1 to 1, or smaller where the formula is. What has no value at a point counts as the largest."""
    height = np.abs(evaluated(formula, probe(points.shape[1], REACH))).max()
    values: Array = np.nan_to_num(evaluated(formula, points) / max(1.0, height), nan=1.0)
    return values.clip(-1.0, 1.0)


class FormulaSurface(PlanarRegression):
    """A surface of your own: type its value over the plane."""

    kind: Literal["formula"] = "formula"
    title: ClassVar = "Your surface"

    target: Annotated[str, Typed(2, REACH)] = _target("sin(2*x1) * cos(x2)")

    def surface(self, points: Array) -> Array:
        return fitted(self.target, points)


class FormulaCurve(Curve):
    """A curve of your own: type its value over x1."""

    kind: Literal["formula_curve"] = "formula_curve"
    title: ClassVar = "Your curve"

    target: Annotated[str, Typed(1, REACH)] = _target("sin(3*x1) / (1 + x1**2)")

    def curve(self, x1: Array) -> Array:
        return fitted(self.target, x1[:, None])
