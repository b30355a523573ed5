"""Picture: what can be looked at, as a small document of numbers and named arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MIDDLE = 127.5


class Picture(NamedTuple):
    info: dict[str, Any]
    arrays: dict[str, Array]


def quantised(values: Array, low: float | Array, high: float | Array) -> NDArray[np.uint8]:
    """Values as bytes: low becomes 0, high 255, and what lies beyond is cut off."""
    scale = 2 * MIDDLE / (high - low)
    levels = (values - low) * scale
    levels += 0.5  # astype() cuts off, so this rounds
    return np.clip(levels, 0, 255, out=levels).astype(np.uint8)


def around_zero(values: Array) -> NDArray[np.uint8]:
    """Each row of values against its own largest size, so that 0 is the middle."""
    reach = np.abs(values).max(axis=1, keepdims=True)
    reach[reach == 0] = 1
    return quantised(values, -reach, reach)
