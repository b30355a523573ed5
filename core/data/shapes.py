"""Shapes: images drawn by formulas, of circles, squares, triangles and crosses."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.data.base import Points
from core.data.images import ImageSet
from core.spec import knob

Array = NDArray[Any]

OUTLINES: dict[str, Callable[[Array, Array], Array]] = {
    "circle": lambda x, y: np.hypot(x, y) - 0.8,
    "square": lambda x, y: np.maximum(np.abs(x), np.abs(y)) - 0.7,
    "triangle": lambda x, y: np.maximum(np.sqrt(0.75) * np.abs(x) + 0.5 * y, -y) - 0.5,
    "cross": lambda x, y: np.maximum(np.minimum(np.abs(x), np.abs(y)) - 0.25, np.maximum(np.abs(x), np.abs(y)) - 0.9),
}
"""How far a place is beyond the outline of a shape of radius about 1; below 0 inside."""


class Shapes(ImageSet):
    """Circles, squares, triangles and crosses, each somewhere else, of another size, turned and in noise.

    A dense network must learn every place by itself; a convolution knows a corner wherever it is.
    """

    kind: Literal["shapes"] = "shapes"
    title: ClassVar = "Shapes"

    samples: int = knob(
        "How many images there are, for training and test together.",
        title="Images",
        unit="images",
        default=2000,
        ge=100,
        le=3000,
        step=10,
    )
    side: int = knob("How many pixels the images have along each side.", title="Side", default=16, ge=8, le=32)
    wandering: float = knob(
        "How far the shapes lie from the middle, and how much they differ in size.",
        title="Wandering",
        unit="%",
        default=1.0,
        ge=0,
        le=1,
        step=0.05,
    )
    rotation: float = knob(
        "How far the shapes are turned.", title="Rotation", unit="%", default=1.0, ge=0, le=1, step=0.05
    )
    noise: float = knob("How much noise is in the pixels.", title="Noise", unit="%", default=0.1, ge=0, le=1, step=0.05)

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(OUTLINES)

    @property
    def pixels_across(self) -> int:
        return self.side

    def draw(self, generator: np.random.Generator) -> Points:
        """Those pixels that an outline crosses are grey. The image spans −1 to 1."""
        labels = generator.permutation(self.samples) % len(OUTLINES)
        sizes = 0.65 + self.wandering * generator.uniform(-0.2, 0.2, self.samples)
        reach = (1 - sizes)[:, None] * self.wandering
        middles = reach * generator.uniform(-1, 1, (self.samples, 2))
        angles = self.rotation * generator.uniform(-pi, pi, self.samples)
        noise = generator.normal(size=(self.samples, self.side**2))
        pixels = np.empty((self.samples, self.side**2))
        for label, outline in enumerate(OUTLINES.values()):
            own = labels == label
            pixels[own] = self._drawn(outline, middles[own], sizes[own], angles[own])
        return Points(np.clip(pixels + 0.5 * self.noise * noise, 0, 1), labels)

    def _drawn(self, outline: Callable[[Array, Array], Array], middles: Array, sizes: Array, angles: Array) -> Array:
        """One shape at these places, of these sizes and angles: (images, side²), 1 inside and 0 outside."""
        steps = (2 * np.arange(self.side) + 1) / self.side - 1
        x = np.tile(steps, self.side) - middles[:, :1]
        y = np.repeat(-steps, self.side) - middles[:, 1:]
        cos, sin = (function(angles)[:, None] for function in (np.cos, np.sin))
        size = sizes[:, None]
        beyond = outline((cos * x + sin * y) / size, (cos * y - sin * x) / size) * size
        drawn: Array = np.clip(0.5 - beyond * self.side / 2, 0, 1)
        return drawn
