"""Elementary functions over lanes, for the compiled executor: NumPy's functions, eight or sixteen numbers at a time.

Where a function is a formula, it is computed in float64 whatever the numbers are, and ends within 2 units in the last
place. NaN is passed on, by all but fmin and fmax, as NumPy does it.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from core.lanes import (
    absolute,
    constant,
    count_of,
    divide,
    doubled,
    fused,
    lane,
    multiply,
    narrowed,
    negative,
    power_of_two,
    subtract,
    where_below,
    where_equal,
    where_from,
    where_unordered,
    with_lane,
)
from core.lanes import add as plus

compiled = njit(error_model="numpy")

LOG2_E = 1 / math.log(2)
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""ln 2 in two parts, the first with so few digits that its product with an exponent is exact (fdlibm, e_exp.c)."""
SHIFT = 1.5 * 2.0**52
"""What is added to a number to round it: behind it there is no room for a fraction."""
TAYLOR = tuple(1 / math.factorial(n) for n in range(14))


@compiled
def _reduced(x: Any) -> Any:
    """k and r of x = k·ln 2 + r, |r| ≤ ½·ln 2 (Cody & Waite 1980, Software manual for the elementary functions)."""
    shift = constant(x, SHIFT)
    k = subtract(fused(x, constant(x, LOG2_E), shift), shift)
    return k, fused(k, constant(x, -LN2_LOW), fused(k, constant(x, -LN2_HIGH), x))


@compiled
def _series(r: Any) -> Any:
    """e^r − 1 for |r| ≤ ½·ln 2: its Taylor series up to r¹³, even and odd powers apart, which halves the wait."""
    square = multiply(r, r)
    even, odd = constant(r, TAYLOR[12]), constant(r, TAYLOR[13])
    even, odd = fused(even, square, constant(r, TAYLOR[10])), fused(odd, square, constant(r, TAYLOR[11]))
    even, odd = fused(even, square, constant(r, TAYLOR[8])), fused(odd, square, constant(r, TAYLOR[9]))
    even, odd = fused(even, square, constant(r, TAYLOR[6])), fused(odd, square, constant(r, TAYLOR[7]))
    even, odd = fused(even, square, constant(r, TAYLOR[4])), fused(odd, square, constant(r, TAYLOR[5]))
    even, odd = fused(even, square, constant(r, TAYLOR[2])), fused(odd, square, constant(r, TAYLOR[3]))
    return fused(square, fused(odd, r, even), r)


@compiled
def _two_to(k: Any) -> Any:
    """2ᵏ for whole k, from −1022 to 1023."""
    return power_of_two(plus(k, constant(k, SHIFT)))


@compiled
def _limited(x: Any, low: float, high: float) -> Any:
    """x cut to these limits; NaN stays."""
    lowest, highest = constant(x, low), constant(x, high)
    x = where_below(x, lowest, lowest, x)
    return where_below(highest, x, highest, x)


@compiled
def exp(x: Any) -> Any:
    """2ᵏ·(1 + (e^r − 1)), the power in two steps, because either alone may be beyond what a float64 holds."""
    k, r = _reduced(_limited(doubled(x), -746.0, 710.0))
    shift = constant(k, SHIFT)
    half = subtract(fused(k, constant(k, 0.5), shift), shift)
    power = plus(_series(r), constant(r, 1.0))
    return narrowed(multiply(multiply(power, _two_to(half)), _two_to(subtract(k, half))), x)


@compiled
def _expm1(x: Any) -> Any:
    """2ᵏ·(e^r − 1) + (2ᵏ − 1), for x from −700 to 700 (after Tang 1992, Table-driven expm1 in IEEE arithmetic)."""
    k, r = _reduced(x)
    scale = _two_to(k)
    return fused(scale, _series(r), subtract(scale, constant(x, 1.0)))


@compiled
def expm1(x: Any) -> Any:
    """Beyond 40 the 1 no longer counts."""
    wide = doubled(x)
    large = exp(wide)
    return narrowed(where_below(constant(wide, 40.0), wide, large, _expm1(_limited(wide, -700.0, 700.0))), x)


@compiled
def tanh(x: Any) -> Any:
    """−m / (2 + m) with m = e^(−2|x|) − 1, and the sign of x. Beyond |x| = 20 it is 1."""
    wide = doubled(x)
    zero, two = constant(wide, 0.0), constant(wide, 2.0)
    m = _expm1(_limited(multiply(absolute(wide), constant(wide, -2.0)), -40.0, 0.0))
    opposite = divide(m, plus(two, m))
    return narrowed(where_below(wide, zero, opposite, negative(opposite)), x)


@compiled
def _log1p(x: float) -> float:
    return math.log1p(x)


@compiled
def _sin(x: float) -> float:
    return math.sin(x)


@compiled
def _cos(x: float) -> float:
    return math.cos(x)


@compiled
def _lane_by_lane(function: Any, x: Any) -> Any:
    """A function of the C library, for what is too rare to deserve lanes."""
    result = doubled(x)
    for place in range(count_of(x)):
        result = with_lane(result, place, function(lane(result, place)))
    return narrowed(result, x)


@compiled
def log1p(x: Any) -> Any:
    return _lane_by_lane(_log1p, x)


@compiled
def sin(x: Any) -> Any:
    return _lane_by_lane(_sin, x)


@compiled
def cos(x: Any) -> Any:
    return _lane_by_lane(_cos, x)


@compiled
def positive(x: Any) -> Any:
    return x


@compiled
def sign(x: Any) -> Any:
    zero, one = constant(x, 0.0), constant(x, 1.0)
    return where_below(zero, x, one, where_below(x, zero, negative(one), where_equal(x, zero, zero, x)))


@compiled
def heaviside(x: Any, middle: Any) -> Any:
    """0 below 0, 1 above, `middle` at 0."""
    zero, one = constant(x, 0.0), constant(x, 1.0)
    return where_below(zero, x, one, where_below(x, zero, zero, where_equal(x, zero, middle, x)))


@compiled
def greater(x: Any, y: Any) -> Any:
    return where_below(y, x, constant(x, 1.0), constant(x, 0.0))


@compiled
def maximum(x: Any, y: Any) -> Any:
    return where_unordered(x, x, x, where_from(x, y, x, y))


@compiled
def minimum(x: Any, y: Any) -> Any:
    return where_unordered(x, x, x, where_from(y, x, x, y))


@compiled
def fmax(x: Any, y: Any) -> Any:
    return where_unordered(y, y, x, where_from(x, y, x, y))


@compiled
def fmin(x: Any, y: Any) -> Any:
    return where_unordered(y, y, x, where_from(y, x, x, y))
