"""Gradient check: the live network's gradient beside central differences, parameter by parameter."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.gradient import GradientPass

Array = NDArray[Any]

STEP = 1e-5
"""Balances the error of the formula, which grows with the step, against that of rounding, which shrinks."""


FEWEST_SAMPLES = 8
MOST_PRODUCTS = 10**10
"""Multiplications: what takes a few seconds of one core at most."""


class GradientCheck(NamedTuple):
    """For each checked parameter its place in the flat vector, both derivatives and their relative error."""

    places: NDArray[np.int64]
    analytic: Array
    numeric: Array
    relative_error: Array


def affordable_samples(parameters: int, most: int) -> int:
    """For how many samples so many of the parameters are compared in time: two passes, forth and back, for each."""
    return max(FEWEST_SAMPLES, MOST_PRODUCTS // (6 * parameters * min(most, parameters)))


def gradient_check(over: GradientPass, parameters: Array, most: int = 1000) -> GradientCheck:
    """Compare at most so many parameters, spread evenly over the vector.

    The relative error is |analytic − numeric| / max(|analytic|, |numeric|), and 0 where both are below 1e-9: about what
    rounding leaves of a central difference.
    """
    point = np.array(parameters, float)
    places = np.unique(np.linspace(0, len(point) - 1, min(most, len(point))).astype(int))
    analytic = over.run(point)[places].copy()
    numeric = np.array([_central_difference(over, point, place) for place in places])
    size = np.maximum(np.abs(analytic), np.abs(numeric))
    error = np.where(size > 1e-9, np.abs(analytic - numeric) / np.maximum(size, 1e-9), 0.0)
    return GradientCheck(places, analytic, numeric, error)


def _central_difference(over: GradientPass, point: Array, place: int) -> float:
    here, losses = point[place], []
    for step in (STEP, -STEP):
        point[place] = here + step
        over.run(point)
        losses.append(over.loss)
    point[place] = here
    return (losses[0] - losses[1]) / (2 * STEP)
