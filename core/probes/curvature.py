"""Curvature: the largest eigenvalue of the loss's Hessian, which says how large a learning rate may be."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.gradient import GradientPass

Array = NDArray[Any]

STEP = 1e-4


class Curvature(NamedTuple):
    """λmax, its direction (a unit vector like the parameters), and whether the iteration had settled."""

    largest: float
    direction: Array
    is_settled: bool


def curvature(over: GradientPass, parameters: Array, iterations: int = 100, tolerance: float = 3e-3) -> Curvature:
    """Power iteration on Hessian-vector products, each a central difference of two gradients.

    Settled is when H·v differs from λ·v by no more than the tolerance times λ. The iteration finds the eigenvalue that
    is largest in size. Where that one is negative, or another of the other sign as large, it starts again with H + s·I:
    with s about the largest size, no eigenvalue is below 0 and the largest is λmax + s.

    Plain gradient descent is stable where λmax is below 2 / η (Cohen, Kaur, Li, Kolter & Talwalkar 2021, Gradient
    descent on neural networks typically occurs at the edge of stability).
    """
    point = np.array(parameters, float)
    found, size = _power_iteration(over, point, 0.0, iterations, tolerance)
    if found.is_settled and found.largest >= 0:
        return found
    return _power_iteration(over, point, size, iterations, tolerance)[0]


def _power_iteration(
    over: GradientPass, point: Array, shift: float, iterations: int, tolerance: float
) -> tuple[Curvature, float]:
    """The eigenvalue λ of H for which λ + shift is largest in size, and the last ‖H·v‖: how large a |λ| there is."""
    direction = np.random.default_rng(0).normal(size=len(point))
    for _ in range(iterations):
        direction /= np.linalg.norm(direction) or 1.0
        product = hessian_product(over, point, direction)
        largest = float(direction @ product)
        is_settled = bool(np.linalg.norm(product - largest * direction) <= tolerance * abs(largest))
        found = Curvature(largest, direction, is_settled)
        if is_settled:
            break
        direction = product + shift * direction
    return found, float(np.linalg.norm(product))


def hessian_product(over: GradientPass, point: Array, direction: Array) -> Array:
    """H·v ≈ (∇L(w + εv) − ∇L(w − εv)) / 2ε."""
    ahead = over.run(point + STEP * direction).copy()
    product: Array = (ahead - over.run(point - STEP * direction)) / (2 * STEP)
    return product
