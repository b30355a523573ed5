"""Dual: a value that carries its derivatives along through a calculation, which is then exact (forward mode)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Dual:
    """A value of any shape and its partial derivatives, (variables, *shape). NumPy's functions, applied to it, follow
    the chain rule (Wengert 1964, A simple automatic derivative evaluation program)."""

    def __init__(self, value: Array, partials: Array) -> None:
        self.value, self.partials = value, partials

    def __array_ufunc__(self, function: np.ufunc, method: str, *given: Any, **options: Any) -> Any:
        if method != "__call__" or options or function not in SLOPES:
            return NotImplemented
        values = [each.value if isinstance(each, Dual) else each for each in given]
        result = function(*values)
        slopes = SLOPES[function]
        parts = [
            slope(result, *values) * each.partials
            for slope, each in zip(slopes, given, strict=True)
            if isinstance(each, Dual)
        ]
        return Dual(result, sum(parts))


SLOPES: dict[np.ufunc, tuple[Callable[..., Any], ...]] = {
    np.add: (lambda r, a, b: 1.0, lambda r, a, b: 1.0),
    np.subtract: (lambda r, a, b: 1.0, lambda r, a, b: -1.0),
    np.multiply: (lambda r, a, b: b, lambda r, a, b: a),
    np.divide: (lambda r, a, b: 1.0 / b, lambda r, a, b: -r / b),
    np.mod: (lambda r, a, b: 1.0, lambda r, a, b: -np.floor(a / b)),
    np.power: (lambda r, a, b: b * np.power(a, b - 1.0), lambda r, a, b: r * np.log(a)),
    np.negative: (lambda r, a: -1.0,),
    np.positive: (lambda r, a: 1.0,),
    np.sin: (lambda r, a: np.cos(a),),
    np.cos: (lambda r, a: -np.sin(a),),
    np.tan: (lambda r, a: 1.0 + r * r,),
    np.tanh: (lambda r, a: 1.0 - r * r,),
    np.exp: (lambda r, a: r,),
    np.log: (lambda r, a: 1.0 / a,),
    np.sqrt: (lambda r, a: 0.5 / r,),
    np.abs: (lambda r, a: np.sign(a),),
    np.sign: (lambda r, a: 0.0,),
    np.floor: (lambda r, a: 0.0,),
    np.minimum: (lambda r, a, b: a <= b, lambda r, a, b: a > b),
    np.maximum: (lambda r, a, b: a >= b, lambda r, a, b: a < b),
}
"""For each function the derivative by each of its operands, from its result and them. Where it jumps or has a kink,
that of one side; at abs(0), the middle."""
