"""Planar data sets: points in the plane from −3 to 3, to be classified or to be given a value."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.data.base import REACH, Planar, PlanarClasses, Points, Task, shared_out
from core.spec import knob

Array = NDArray[Any]


def scatter(generator: Generator, points: Array, noise: float) -> Array:
    """Move every coordinate by a normal random distance, of standard deviation ½ at full noise."""
    scattered: Array = points + 0.5 * noise * generator.normal(size=points.shape)
    return scattered


def polar(radius: Array, angle: Array) -> Array:
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


class Circle(PlanarClasses):
    """A disc inside a ring: no straight line can part them."""

    kind: Literal["circle"] = "circle"
    title: ClassVar = "Circle"

    def pattern(self, generator: Generator, samples: int) -> Points:
        labels, _ = shared_out(samples, 2)
        radius = REACH * np.where(labels == 1, generator.uniform(0, 0.5, samples), generator.uniform(0.7, 1, samples))
        angle = generator.uniform(0, 2 * np.pi, samples)
        return Points(scatter(generator, polar(radius, angle), self.noise), labels)


class Xor(PlanarClasses):
    """Exclusive or: the quarters of a square, opposite ones alike. The task that a single layer cannot solve."""

    kind: Literal["xor"] = "xor"
    title: ClassVar = "XOR"
    source: ClassVar = "Minsky & Papert 1969, Perceptrons"

    def pattern(self, generator: Generator, samples: int) -> Points:
        points = generator.uniform(0.06 * REACH, REACH, (samples, 2)) * generator.choice([-1, 1], (samples, 2))
        labels = (points[:, 0] * points[:, 1] >= 0).astype(int)
        return Points(scatter(generator, points, self.noise), labels)


class Gaussian(PlanarClasses):
    """Two clouds, one on either side: a straight line is enough."""

    kind: Literal["gaussian"] = "gaussian"
    title: ClassVar = "Gaussian"

    def pattern(self, generator: Generator, samples: int) -> Points:
        labels, _ = shared_out(samples, 2)
        centres = np.where(labels == 1, 1.2, -1.2)[:, None] * np.ones(2)
        return Points(scatter(generator, centres, 0.8 + self.noise), labels)


class LinearlySeparable(PlanarClasses):
    """Points on either side of a slanted line, with a gap between them: one unit is enough."""

    kind: Literal["linear"] = "linear"
    title: ClassVar = "Linear"
    rare: ClassVar[bool] = True
    formula: ClassVar = "blue where 0.6·x1 + 0.8·x2 ≥ 0"
    source: ClassVar = "Rosenblatt 1958, The perceptron"

    def pattern(self, generator: Generator, samples: int) -> Points:
        across = np.array([0.6, 0.8])
        points = generator.uniform(-REACH, REACH, (samples, 2))
        labels = (points @ across >= 0).astype(int)
        apart = points + 0.05 * REACH * np.where(labels == 1, 1, -1)[:, None] * across
        return Points(scatter(generator, apart, self.noise), labels)


class Spiral(PlanarClasses):
    """Two arms wound round each other: the classic hard case for a small network."""

    kind: Literal["spiral"] = "spiral"
    title: ClassVar = "Two spirals"
    source: ClassVar = "Lang & Witbrock 1988, Learning to tell two spirals apart"

    def pattern(self, generator: Generator, samples: int) -> Points:
        labels, place = shared_out(samples, 2)
        angle = 1.75 * 2 * np.pi * place + np.pi * labels
        return Points(scatter(generator, polar(REACH * place, angle), self.noise), labels)


class Moons(PlanarClasses):
    """Two half moons that reach into each other."""

    kind: Literal["moons"] = "moons"
    title: ClassVar = "Moons"

    def pattern(self, generator: Generator, samples: int) -> Points:
        labels, place = shared_out(samples, 2)
        angle = np.pi * place
        upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
        points = 1.6 * np.where(labels[:, None] == 1, upper, -upper)
        return Points(scatter(generator, points, self.noise), labels)


class Checkerboard(PlanarClasses):
    """A board of squares, neighbours different: the more squares, the more units it takes."""

    kind: Literal["checkerboard"] = "checkerboard"
    title: ClassVar = "Checker"

    squares: int = knob("How many squares a side of the board has.", title="Squares", default=4, ge=2, le=8)

    def pattern(self, generator: Generator, samples: int) -> Points:
        points = generator.uniform(-REACH, REACH, (samples, 2))
        column, row = np.floor((points + REACH) * self.squares / (2 * REACH)).T
        labels = ((column + row) % 2).astype(int)
        return Points(scatter(generator, points, self.noise), labels)


def _classes(title: str, default: int, most: int) -> Any:
    return knob(f"How many {title.lower()} there are.", title=title, default=default, ge=2, le=most)


class ManyClasses(PlanarClasses):
    """Base of the sets of as many classes as one likes."""

    classes: int

    @property
    def class_names(self) -> tuple[str, ...]:
        return self.colour_names if self.classes == 2 else tuple(str(index + 1) for index in range(self.classes))


class Blobs(ManyClasses):
    """Several clouds on a circle, each a class of its own."""

    kind: Literal["blobs"] = "blobs"
    title: ClassVar = "Blobs"

    classes: int = _classes("Classes", default=4, most=10)

    def pattern(self, generator: Generator, samples: int) -> Points:
        labels = np.arange(samples) % self.classes
        centres = polar(np.full(samples, 2.0), 2 * np.pi * labels / self.classes)
        return Points(scatter(generator, centres, 0.4 + self.noise), labels)


class Rings(ManyClasses):
    """Rings inside each other, each a class of its own."""

    kind: Literal["rings"] = "rings"
    title: ClassVar = "Rings"
    rare: ClassVar[bool] = True

    classes: int = _classes("Rings", default=3, most=6)

    def pattern(self, generator: Generator, samples: int) -> Points:
        labels, _ = shared_out(samples, self.classes)
        radius = REACH * (labels + generator.uniform(0.2, 0.8, samples)) / self.classes
        angle = generator.uniform(0, 2 * np.pi, samples)
        return Points(scatter(generator, polar(radius, angle), self.noise), labels)


class Spirals(ManyClasses):
    """Several arms wound round each other, each a class of its own."""

    kind: Literal["spirals"] = "spirals"
    title: ClassVar = "Spirals"
    rare: ClassVar[bool] = True

    classes: int = _classes("Arms", default=3, most=6)

    def pattern(self, generator: Generator, samples: int) -> Points:
        labels, place = shared_out(samples, self.classes)
        angle = 2 * np.pi * (place + labels / self.classes)
        radius = REACH * (0.08 + 0.92 * place)
        return Points(scatter(generator, polar(radius, angle), self.noise), labels)


class PlanarRegression(Planar):
    """Base of the surfaces: a value from −1 to 1 for every point of the plane."""

    task: ClassVar[Task] = "regression"
    group: ClassVar[str] = "Regress"

    @abstractmethod
    def surface(self, points: Array) -> Array:
        """The values without noise."""

    def pattern(self, generator: Generator, samples: int) -> Points:
        points = generator.uniform(-REACH, REACH, (samples, 2))
        return Points(points, scatter(generator, self.surface(points), self.noise))


class Plane(PlanarRegression):
    """A slope: the value grows along the diagonal."""

    kind: Literal["plane"] = "plane"
    title: ClassVar = "Plane"
    formula: ClassVar = "y = (x1 + x2) / 6"

    def surface(self, points: Array) -> Array:
        slope: Array = points.sum(axis=1) / (2 * REACH)
        return slope


class MultiGaussian(PlanarRegression):
    """Six hills and valleys on flat ground."""

    kind: Literal["multi_gaussian"] = "multi_gaussian"
    title: ClassVar = "Hills"
    formula: ClassVar = "y = Σ ±exp(−d² / 0.8), d the distance to each of six centres"

    CENTRES: ClassVar = ((-2, 1.25, 1), (0, 1.25, -1), (2, 1.25, 1), (-2, -1.25, -1), (0, -1.25, 1), (2, -1.25, -1))

    def surface(self, points: Array) -> Array:
        hills = (sign * np.exp(-((points - (x1, x2)) ** 2).sum(axis=1) / 0.8) for x1, x2, sign in self.CENTRES)
        return np.asarray(sum(hills))
