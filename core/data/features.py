"""Features: what the network is given of a point. Each is one line: its name and its formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

Feature = Literal["x1", "x2", "x1²", "x2²", "x1x2", "sin(x1)", "sin(x2)"]
CurveFeature = Literal["x1", "x1²", "sin(x1)"]

FORMULAS: dict[Feature, Callable[[Array], Array]] = {
    "x1": lambda x: x[:, 0],
    "x2": lambda x: x[:, 1],
    "x1²": lambda x: x[:, 0] ** 2,
    "x2²": lambda x: x[:, 1] ** 2,
    "x1x2": lambda x: x[:, 0] * x[:, 1],
    "sin(x1)": lambda x: np.sin(x[:, 0]),
    "sin(x2)": lambda x: np.sin(x[:, 1]),
}


def features_of(points: Array, names: Sequence[Feature]) -> Array:
    """Points of shape (samples, dimensions) as inputs of shape (samples, features)."""
    return np.stack([FORMULAS[name](points) for name in names], axis=1)
