"""What all data sets share: their size and noise, the test share, the scaling."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.data.features import CurveFeature, Feature, features_of
from core.data.scaling import Scaling
from core.spec import Spec, knob

Array = NDArray[Any]
Task = Literal["classification", "regression"]

REACH = 3.0
"""Toy coordinates span −3 to 3: large enough for tanh units to bend, small enough not to saturate them."""


class Points(NamedTuple):
    """Samples as drawn: coordinates or pixels of shape (samples, n), and a class index or a value for each.

    Where the set itself says which samples are for testing, `is_test` tells.
    """

    points: Array
    targets: Array
    is_test: Array | None = None


class DatasetSpec(Spec):
    """Base of the data sets."""

    shown: ClassVar = (*Spec.shown, "task", "dimensions", "group")
    task: ClassVar[Task] = "classification"
    dimensions: ClassVar[int] = 2  # of the map that can be drawn; 0 for images
    reach: ClassVar[float] = REACH  # the map spans −reach to reach
    group: ClassVar[str] = "Classify"
    colour_names: ClassVar[tuple[str, ...]] = ("orange", "blue")

    test_fraction: float = knob(
        "The share of the samples that is kept aside to test what the network has learned.",
        title="Test share",
        unit="%",
        default=0.3,
        ge=0.05,
        le=0.9,
        step=0.05,
    )
    scaling: Scaling = knob(
        "Bring all inputs to a common size: standardize to mean 0 and deviation 1, normalize to −1 to 1.",
        title="Scaling",
        control="choice",
        default="none",
    )

    @abstractmethod
    def draw(self, generator: np.random.Generator) -> Points:
        """Draw the samples."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes in the order of their index; none in a regression."""
        return self.colour_names if self.task == "classification" else ()

    @property
    @abstractmethod
    def input_names(self) -> tuple[str, ...]:
        """The network's inputs."""

    @abstractmethod
    def inputs(self, points: Array) -> Array:
        """Points as the network's inputs, of shape (samples, inputs), not yet scaled."""


def _samples(default: int) -> Any:
    return knob(
        "How many points there are, for training and test together.",
        title="Points",
        unit="points",
        default=default,
        ge=20,
        le=5000,
        step=10,
    )


def _noise() -> Any:
    return knob(
        "How far the points are scattered at random around where they belong.",
        title="Noise",
        unit="%",
        default=0.1,
        ge=0,
        le=1,
        step=0.05,
    )


class Planar(DatasetSpec):
    """Base of the sets of points in a plane."""

    samples: int = _samples(300)
    noise: float = _noise()
    features: tuple[Feature, ...] = knob(
        "What the network is given of each point.",
        title="Inputs",
        control="chips",
        default=("x1", "x2"),
        min_length=1,
        max_length=7,
        strict=False,
    )

    @property
    def input_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.features))

    def inputs(self, points: Array) -> Array:
        return features_of(points, list(dict.fromkeys(self.features)))


class Curve(DatasetSpec):
    """Base of the sets of values over one variable."""

    task: ClassVar[Task] = "regression"
    dimensions: ClassVar[int] = 1
    group: ClassVar[str] = "Regress"

    samples: int = _samples(120)
    noise: float = _noise()
    features: tuple[CurveFeature, ...] = knob(
        "What the network is given of each point.",
        title="Inputs",
        control="chips",
        default=("x1",),
        min_length=1,
        max_length=3,
        strict=False,
    )

    @property
    def input_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.features))

    def inputs(self, points: Array) -> Array:
        return features_of(points, list(dict.fromkeys(self.features)))


def halves(samples: int) -> tuple[Array, Array]:
    """The class of each sample, first class first, and its place in its class from 0 to below 1."""
    sizes = (samples + 1) // 2, samples // 2
    places = [np.arange(size) / size for size in sizes]
    return np.repeat([0, 1], sizes), np.concatenate(places)
