"""Picture: what can be looked at, as a small document of numbers and named arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MIDDLE = 127.5


class Picture(NamedTuple):
    info: dict[str, Any]
    arrays: dict[str, Array]


def merged(pictures: Iterable[Picture]) -> Picture:
    """All that they show, as one."""
    whole = Picture({}, {})
    for info, arrays in pictures:
        whole.info.update(info)
        whole.arrays.update(arrays)
    return whole


def quantised(values: Array, low: float | Array, high: float | Array) -> NDArray[np.uint8]:
    """Values as bytes: low becomes 0, high 255, and what lies beyond is cut off."""
    levels = _levels(values, low, high)
    return np.clip(levels, 0, 255, out=levels).astype(np.uint8)


def quantised_within(values: Array, low: float, high: float) -> NDArray[np.uint8]:
    """The same for values that never lie beyond."""
    return _levels(values, low, high).astype(np.uint8)


def _levels(values: Array, low: float | Array, high: float | Array) -> Array:
    """From 0.5 at the low to 255.5 at the high end: astype() cuts off, so the half rounds."""
    scale = 2 * MIDDLE / (high - low)
    levels: Array = values * scale
    levels += 0.5 - low * scale
    return levels


def around_zero(values: Array) -> NDArray[np.uint8]:
    """Each row of values against its own largest size, so that 0 is the middle."""
    reach = np.abs(values).max(axis=1, keepdims=True)
    reach[reach == 0] = 1
    return quantised(values, -reach, reach)
