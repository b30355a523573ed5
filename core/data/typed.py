"""Typed: a formula of a point's coordinates as a person types it, and where on the map it may not stand."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from core.formula import LONGEST, parsed

Array = NDArray[Any]

PROBE_CELLS = 24  # an even number: the origin, where 1/x1 has no value, is not among the points


def coordinates(dimensions: int) -> tuple[str, ...]:
    """What a formula may call a point's coordinates: x1, x2."""
    return tuple(f"x{axis + 1}" for axis in range(dimensions))


def evaluated(formula: str, points: Array) -> Array:
    """The formula at points of shape (samples, dimensions)."""
    names = coordinates(points.shape[1])
    with np.errstate(all="ignore"):
        return parsed(formula, names)(dict(zip(names, points.T, strict=True)))


def probe(dimensions: int, reach: float) -> Array:
    """Points spread evenly over the map: (samples, dimensions)."""
    axis = np.linspace(-reach, reach, PROBE_CELLS)
    return np.stack(np.meshgrid(*[axis] * dimensions), axis=-1).reshape(-1, dimensions)


@dataclass(frozen=True)
class Typed:
    """Marks a text as a formula that has a finite value, and none beyond ±largest, all over the map."""

    dimensions: int
    reach: float
    largest: float = inf

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strict=True, min_length=1, max_length=LONGEST)
        return core_schema.no_info_after_validator_function(self.checked, text)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "variables": list(coordinates(self.dimensions))}

    def checked(self, formula: str) -> str:
        """The formula without spaces around it. Raises ValueError with the first place where it cannot stand."""
        points = probe(self.dimensions, self.reach)
        values = evaluated(formula, points)
        everywhere = f"wherever x is from −{self.reach:g} to {self.reach:g}"
        if len(gaps := points[~np.isfinite(values)]):
            place = _named(gaps[0])
            raise ValueError(
                f"expected a formula with a finite value {everywhere}, got none at {place}: give it one there"
            )
        if (size := np.abs(values)).max() > self.largest:
            value, place = values[size.argmax()], _named(points[size.argmax()])
            limit = f"{self.largest:g}"
            raise ValueError(
                f"expected values from −{limit} to {limit} {everywhere}, got {value:.4g} at {place}: scale it down"
            )
        return formula.strip()


def _named(point: Array) -> str:
    """ "x1 = −3, x2 = 0.4" """
    names = coordinates(len(point))
    return ", ".join(f"{name} = {value:.3g}" for name, value in zip(names, point, strict=True)).replace("-", "−")
