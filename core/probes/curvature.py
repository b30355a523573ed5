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

    Finds the eigenvalue that is largest in size, to the tolerance: settled is when H·v differs from λ·v by no more than
    that share of λ. Plain gradient descent is stable where λmax is below 2 / η (Cohen, Kaur, Li, Kolter & Talwalkar
    2021, Gradient descent on neural networks typically occurs at the edge of stability).
    """
    point = np.array(parameters, float)
    direction = np.random.default_rng(0).normal(size=len(point))
    for _ in range(iterations):
        direction /= np.linalg.norm(direction) or 1.0
        product = hessian_product(over, point, direction)
        largest = float(direction @ product)
        if np.linalg.norm(product - largest * direction) <= tolerance * abs(largest):
            return Curvature(largest, direction, True)
        previous, direction = direction, product
    return Curvature(largest, previous, False)


def hessian_product(over: GradientPass, point: Array, direction: Array) -> Array:
    """H·v ≈ (∇L(w + εv) − ∇L(w − εv)) / 2ε."""
    ahead = over.run(point + STEP * direction).copy()
    product: Array = (ahead - over.run(point - STEP * direction)) / (2 * STEP)
    return product
