"""Planar data sets: points in the plane from −3 to 3, to be classified or to be given a value."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.data.base import REACH, Planar, Points, Task, halves
from core.spec import knob

Array = NDArray[Any]


def scatter(generator: Generator, points: Array, noise: float) -> Array:
    """Move every coordinate by a normal random distance, of standard deviation ½ at full noise."""
    scattered: Array = points + 0.5 * noise * generator.normal(size=points.shape)
    return scattered


def polar(radius: Array, angle: Array) -> Array:
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


class Circle(Planar):
    """A disc inside a ring: no straight line can part them."""

    kind: Literal["circle"] = "circle"
    title: ClassVar = "Circle"

    def draw(self, generator: Generator) -> Points:
        labels, _ = halves(self.samples)
        radius = REACH * np.where(
            labels == 1, generator.uniform(0, 0.5, self.samples), generator.uniform(0.7, 1, self.samples)
        )
        angle = generator.uniform(0, 2 * np.pi, self.samples)
        return Points(scatter(generator, polar(radius, angle), self.noise), labels)


class Xor(Planar):
    """Exclusive or: the quarters of a square, opposite ones alike. The task that a single layer cannot solve."""

    kind: Literal["xor"] = "xor"
    title: ClassVar = "XOR"
    source: ClassVar = "Minsky & Papert 1969, Perceptrons"

    def draw(self, generator: Generator) -> Points:
        points = generator.uniform(0.06 * REACH, REACH, (self.samples, 2)) * generator.choice(
            [-1, 1], (self.samples, 2)
        )
        labels = (points[:, 0] * points[:, 1] >= 0).astype(int)
        return Points(scatter(generator, points, self.noise), labels)


class Gaussian(Planar):
    """Two clouds, one on either side: a straight line is enough."""

    kind: Literal["gaussian"] = "gaussian"
    title: ClassVar = "Gaussian"

    def draw(self, generator: Generator) -> Points:
        labels, _ = halves(self.samples)
        centres = np.where(labels == 1, 1.2, -1.2)[:, None] * np.ones(2)
        return Points(scatter(generator, centres, 0.8 + self.noise), labels)


class Spiral(Planar):
    """Two arms wound round each other: the classic hard case for a small network."""

    kind: Literal["spiral"] = "spiral"
    title: ClassVar = "Two spirals"
    source: ClassVar = "Lang & Witbrock 1988, Learning to tell two spirals apart"

    def draw(self, generator: Generator) -> Points:
        labels, place = halves(self.samples)
        angle = 1.75 * 2 * np.pi * place + np.pi * labels
        return Points(scatter(generator, polar(REACH * place, angle), self.noise), labels)


class Moons(Planar):
    """Two half moons that reach into each other."""

    kind: Literal["moons"] = "moons"
    title: ClassVar = "Moons"

    def draw(self, generator: Generator) -> Points:
        labels, place = halves(self.samples)
        angle = np.pi * place
        upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
        points = 1.6 * np.where(labels[:, None] == 1, upper, -upper)
        return Points(scatter(generator, points, self.noise), labels)


class Blobs(Planar):
    """Several clouds on a circle, each a class of its own."""

    kind: Literal["blobs"] = "blobs"
    title: ClassVar = "Blobs"

    classes: int = knob("How many classes there are.", title="Classes", default=4, ge=2, le=10)

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.colour_names if self.classes == 2 else tuple(str(index + 1) for index in range(self.classes))

    def draw(self, generator: Generator) -> Points:
        labels = np.arange(self.samples) % self.classes
        centres = polar(np.full(self.samples, 2.0), 2 * np.pi * labels / self.classes)
        return Points(scatter(generator, centres, 0.4 + self.noise), labels)


class PlanarRegression(Planar):
    """Base of the surfaces: a value from −1 to 1 for every point of the plane."""

    task: ClassVar[Task] = "regression"
    group: ClassVar[str] = "Regress"

    def spread(self, generator: Generator) -> Array:
        return generator.uniform(-REACH, REACH, (self.samples, 2))


class Plane(PlanarRegression):
    """A slope: the value grows along the diagonal."""

    kind: Literal["plane"] = "plane"
    title: ClassVar = "Plane"
    formula: ClassVar = "y = (x1 + x2) / 6"

    def draw(self, generator: Generator) -> Points:
        points = self.spread(generator)
        return Points(points, scatter(generator, points.sum(axis=1) / (2 * REACH), self.noise))


class MultiGaussian(PlanarRegression):
    """Six hills and valleys on flat ground."""

    kind: Literal["multi_gaussian"] = "multi_gaussian"
    title: ClassVar = "Hills"
    formula: ClassVar = "y = Σ ±exp(−d² / 0.8), d the distance to each of six centres"

    CENTRES: ClassVar = ((-2, 1.25, 1), (0, 1.25, -1), (2, 1.25, 1), (-2, -1.25, -1), (0, -1.25, 1), (2, -1.25, -1))

    def draw(self, generator: Generator) -> Points:
        points = self.spread(generator)
        heights = sum(sign * np.exp(-((points - (x1, x2)) ** 2).sum(axis=1) / 0.8) for x1, x2, sign in self.CENTRES)
        return Points(points, scatter(generator, np.asarray(heights), self.noise))
