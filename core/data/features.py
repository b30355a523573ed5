"""Features: what the network is given of a point. Each is one line, its name and its formula; others are typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.typed import evaluated

Array = NDArray[Any]

Feature = Literal["x1", "x2", "x1²", "x2²", "x1x2", "sin(x1)", "sin(x2)"]
CurveFeature = Literal["x1", "x1²", "sin(x1)"]

FORMULAS: dict[str, Callable[[Array], Array]] = {
    "x1": lambda x: x[:, 0],
    "x2": lambda x: x[:, 1],
    "x1²": lambda x: x[:, 0] ** 2,
    "x2²": lambda x: x[:, 1] ** 2,
    "x1x2": lambda x: x[:, 0] * x[:, 1],
    "sin(x1)": lambda x: np.sin(x[:, 0]),
    "sin(x2)": lambda x: np.sin(x[:, 1]),
}

LARGEST_INPUT = 1000.0
"""A typed input may not go beyond: with such inputs no learning rate of use is small enough."""


def features_of(points: Array, names: Sequence[str]) -> Array:
    """Points of shape (samples, dimensions) as inputs of shape (samples, features). A name is a feature's, or else the
    formula itself."""
    return np.stack([FORMULAS[name](points) if name in FORMULAS else typed(name, points) for name in names], axis=1)


def typed(formula: str, points: Array) -> Array:
    """The formula at each point, never beyond ±LARGEST_INPUT, and 0 where it has no value: between the points where it
    was checked, and beyond the map, 1/x1 grows without bound and log(x1 + 4) ends."""
    values: Array = np.nan_to_num(evaluated(formula, points), nan=0.0)
    return values.clip(-LARGEST_INPUT, LARGEST_INPUT)
