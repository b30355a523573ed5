"""Curves: a value over one variable from −3 to 3."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.base import REACH, Curve
from core.spec import knob

Array = NDArray[Any]


class Sine(Curve):
    """One and a half waves: smooth, and beyond any straight line."""

    kind: Literal["sine"] = "sine"
    title: ClassVar = "Sine"
    formula: ClassVar = "y = 0.8·sin(1.5·π·x1 / 3)"

    def curve(self, x1: Array) -> Array:
        wave: Array = 0.8 * np.sin(1.5 * np.pi * x1 / REACH)
        return wave


class Step(Curve):
    """A jump in the middle: smooth units need large weights to climb it."""

    kind: Literal["step"] = "step"
    title: ClassVar = "Step"
    formula: ClassVar = "y = 0.8 if x1 ≥ 0 else −0.8"

    def curve(self, x1: Array) -> Array:
        return np.where(x1 >= 0, 0.8, -0.8)


class Polynomial(Curve):
    """A polynomial whose hills and valleys all have the same height: the higher its degree, the more bends."""

    kind: Literal["polynomial"] = "polynomial"
    title: ClassVar = "Polynomial"
    formula: ClassVar = "y = 0.8·T(x1 / 3), T₁ = u, T₂ = 2u² − 1, T₃ = 4u³ − 3u, Tₙ₊₁ = 2u·Tₙ − Tₙ₋₁"
    source: ClassVar = "Chebyshev 1854, Théorie des mécanismes connus sous le nom de parallélogrammes"

    degree: int = knob("The highest power of x1.", title="Degree", default=3, ge=1, le=8)

    def curve(self, x1: Array) -> Array:
        """Tₙ(cos φ) = cos(n·φ)."""
        wave: Array = 0.8 * np.cos(self.degree * np.arccos(np.clip(x1 / REACH, -1, 1)))
        return wave


class Bumps(Curve):
    """Two hills and a narrow valley on flat ground: much happens in some places, nothing in others."""

    kind: Literal["bumps"] = "bumps"
    title: ClassVar = "Bumps"
    formula: ClassVar = "y = Σ height·exp(−((x1 − centre) / width)²)"

    BUMPS: ClassVar = ((-2.0, 0.5, 0.8), (-0.2, 0.3, -0.7), (1.6, 0.8, 0.6))  # centre, width, height

    def curve(self, x1: Array) -> Array:
        return np.asarray(sum(height * np.exp(-(((x1 - centre) / width) ** 2)) for centre, width, height in self.BUMPS))
