"""Curvature: the largest eigenvalue of the loss's Hessian, which says how large a learning rate may be."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.gradient import GradientPass

Array = NDArray[Any]

STEP = 1e-6  # small enough to pass by the kinks of a ReLU, large enough for rounding not to count
SMALLEST = 1e-100  # what is smaller is 0: its square is no number that one can go on with
MOST_NUMBERS = 4_000_000  # in a basis of Lanczos vectors: 32 MB


class Curvature(NamedTuple):
    """λmax, its direction (a unit vector like the parameters), and whether the iteration had settled."""

    largest: float
    direction: Array
    is_settled: bool


def curvature(over: GradientPass, parameters: Array, products: int = 100, tolerance: float = 3e-3) -> Curvature:
    """The last estimate that `estimates` come to.

    Plain gradient descent is stable where λmax is below 2 / η (Cohen, Kaur, Li, Kolter & Talwalkar 2021, Gradient
    descent on neural networks typically occurs at the edge of stability).
    """
    *_, found = estimates(over, parameters, products, tolerance)
    return found


def estimates(
    over: GradientPass, parameters: Array, products: int = 100, tolerance: float = 3e-3
) -> Generator[Curvature, None, None]:
    """What is known of λmax after each Hessian-vector product, until it has settled, by Lanczos iteration.

    (Lanczos 1950, An iteration method for the solution of the eigenvalue problem of linear differential and integral
    operators.) On the space that H·q, H²·q, ... span for a random q, H is a small matrix, whose largest eigenvalue
    comes close to λmax from below, however large the negative ones are. Settled is when H·v differs from λ·v by no more
    than the tolerance times |λ|. When there is no room for more vectors, it starts again from v.
    """
    point = np.array(parameters, float)
    width = min(products, len(point), max(8, MOST_NUMBERS // len(point)))
    basis, start = np.empty((width, len(point))), np.random.default_rng(0).normal(size=len(point))
    while products > 0:
        for found in _krylov(over, point, basis, start, tolerance):
            products -= 1
            yield found
            if found.is_settled or products == 0 or np.isnan(found.largest):
                return
        start = found.direction


def _krylov(
    over: GradientPass, point: Array, basis: Array, start: Array, tolerance: float
) -> Generator[Curvature, None, None]:
    """The estimates from one start, until the basis is full: (width, parameters), orthonormal rows."""
    width, size = basis.shape
    projected = np.zeros((width, width))
    rest = start
    for count in range(1, width + 1):
        basis[count - 1] = rest / np.linalg.norm(rest)
        known = basis[:count]
        product = hessian_product(over, point, known[-1])
        if not np.isfinite(product).all():
            yield Curvature(np.nan, known[-1].copy(), is_settled=False)
            return
        projected[count - 1, :count] = along = known @ product
        rest = product - along @ known
        rest -= (known @ rest) @ known  # once more: what rounding has left of the directions that are known
        values, vectors = np.linalg.eigh(projected[:count, :count])
        largest, shares = float(values[-1]), vectors[:, -1]
        error = float(np.linalg.norm(rest)) * abs(shares[-1])
        is_settled = bool(error <= max(SMALLEST, tolerance * abs(largest))) or count == size
        yield Curvature(largest, shares @ known, is_settled)


def hessian_product(over: GradientPass, point: Array, direction: Array) -> Array:
    """H·v ≈ (∇L(w + εv) − ∇L(w − εv)) / 2ε, for a v of length 1.

    A difference, because no layer, activation or loss then needs a second derivative of its own: with two gradients it
    costs as much as the exact product of Pearlmutter (1994), and where the loss is quadratic it is that product.
    """
    ahead = over.run(point + STEP * direction).copy()
    product: Array = (ahead - over.run(point - STEP * direction)) / (2 * STEP)
    return product
