"""Implicit descent: the step that goes by the slope at its own end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.optimizers.base import SearchSpec, View, rate_knob
from core.spec import knob

Array = NDArray[Any]
Rest = Callable[[Array], Array]

PRECISION = 1e-10  # of what is left of the equation, beside what was there at the start
PRECISION_STEPS = 100  # and not less than so many of the smallest steps between numbers
LEVEL = 1e-3  # the share of its slope that is left where a line counts as level
MOST_PROBES = 10  # along one line


class ImplicitSGD(SearchSpec):
    """SGD that goes by the slope where it arrives, not where it starts: it stays calm at rates at which SGD flies off.

    The equation w′ = w − η·∇L(w′) says that w′ is where |v − w|² / 2η + L(v) is level. It is solved by nonlinear
    conjugate gradients (Polak & Ribière 1969), one line after another: for a linear model with a squared loss in as
    many rounds as it has parameters, else as far as `rounds` allow. Where the loss is not convex there may be several
    such places, and none where the slope jumps.
    """

    kind: Literal["implicit_sgd"] = "implicit_sgd"
    title: ClassVar = "Implicit SGD"
    formula: ClassVar = "w′ = w − η·∇L(w′)"
    source: ClassVar = (
        "Toulis & Airoldi 2017, Asymptotic and finite-sample properties of estimators based on stochastic gradients"
    )

    learning_rate: float = rate_knob(0.3)
    rounds: int = knob(
        "How many lines are searched at most to solve an update's equation. Each costs about two gradients.",
        title="Rounds",
        default=20,
        ge=1,
        le=200,
        scale="log",
        is_rare=True,
    )

    @property
    def rate(self) -> float | None:
        return self.learning_rate

    def found(self, start: Array, view: View, rate: float, states: Mapping[str, Array], chance: Generator) -> Array:
        place = start.astype(float)

        def left(v: Array) -> Array:
            """What is left of the equation, v − w + η·∇L(v)."""
            rest: Array = v - start + rate * view.gradient(v)
            return rest

        rest = left(place)
        precision = max(PRECISION, PRECISION_STEPS * float(np.finfo(start.dtype).eps))
        direction, enough, length = -rest, precision * np.linalg.norm(rest), 1.0 / (1.0 + rate)
        for _ in range(self.rounds):
            if not np.linalg.norm(rest) > enough:
                break
            length, ahead = _level_place(left, place, direction, float(rest @ direction), length)
            place = place + length * direction
            share = max(0.0, ahead @ (ahead - rest) / (rest @ rest))
            rest, direction = ahead, share * direction - ahead
            if rest @ direction >= 0:
                direction = -rest
        return place


def _level_place(left: Rest, place: Array, direction: Array, slope: float, length: float) -> tuple[float, Array]:
    """How far along a direction it is level, by secants kept between a place that falls and one that rises; and what is
    left of the equation there. `slope`, below 0, is that at the start, `length` a first guess."""
    low, low_slope, high, high_slope = 0.0, slope, np.inf, np.nan
    ahead = length
    for _ in range(MOST_PROBES):
        length, rest = ahead, left(place + ahead * direction)
        here = float(rest @ direction)
        if abs(here) <= LEVEL * abs(slope):
            break
        if here < 0:
            low, low_slope = length, here
        else:  # or not a number: too far
            high, high_slope = length, here
        ahead = _between(low, low_slope, high, high_slope) if np.isfinite(high) else _beyond(low, low_slope, slope)
    return length, rest


def _between(low: float, low_slope: float, high: float, high_slope: float) -> float:
    """Where the secant is 0, well inside; the middle where there is none."""
    share = -low_slope / (high_slope - low_slope) if np.isfinite(high_slope) else 0.5
    return low + (high - low) * min(max(share, 0.01), 0.99)


def _beyond(length: float, here: float, slope: float) -> float:
    """Further along a line that still falls: to where the secant is 0, at most ten times as far."""
    return length * min(10.0, slope / (slope - here)) if here > slope else 2 * length
