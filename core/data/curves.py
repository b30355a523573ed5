"""Curves: a value over one variable from −3 to 3."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from core.data.base import REACH, Curve, Points


class Sine(Curve):
    """One and a half waves: smooth, and beyond any straight line."""

    kind: Literal["sine"] = "sine"
    title: ClassVar = "Sine"
    formula: ClassVar = "y = 0.8·sin(1.5·π·x1 / 3)"

    def draw(self, generator: np.random.Generator) -> Points:
        x1 = generator.uniform(-REACH, REACH, self.samples)
        values = 0.8 * np.sin(1.5 * np.pi * x1 / REACH) + 0.5 * self.noise * generator.normal(size=self.samples)
        return Points(x1[:, None], values)
