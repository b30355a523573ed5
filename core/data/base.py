"""What all data sets share: their size and noise, the test share, the scaling."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, Self, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from core.data.chart import Chart
from core.data.features import LARGEST_INPUT, CurveFeature, Feature, features_of
from core.data.scaling import UNSCALED, Scale, Scaling
from core.data.typed import Typed
from core.spec import Spec, knob, misfit

Array = NDArray[Any]
Task = Literal["classification", "regression", "autoencoder"]
"""What is to be learned of a sample: its class, its value, or itself, through a narrow layer."""

REACH = 3.0
"""Toy coordinates span −3 to 3: large enough for tanh units to bend, small enough not to saturate them."""

MOST_FORMULAS = 4
MOST_MULTIPLIED = 16  # inputs, by each other


class Points(NamedTuple):
    """Samples as drawn: coordinates or pixels of shape (samples, n), and a class index or a value for each.

    Where the set itself says which samples are for testing, `is_test` tells. `notes`: what a person should know, a
    sentence each. `rows`: which row of its table each is, from 1.
    """

    points: Array
    targets: Array
    is_test: Array | None = None
    notes: tuple[str, ...] = ()
    rows: Array | None = None


class DatasetSpec(Spec):
    """Base of the data sets."""

    shown: ClassVar = (*Spec.shown, "task", "dimensions", "group", "rare")
    engineering: ClassVar[str] = "the inputs, their squares and their products"
    title: ClassVar[str]
    task: ClassVar[Task] = "classification"
    dimensions: ClassVar[int] = 2  # of the map that can be drawn; 0 for images
    reach: ClassVar[float] = REACH  # the map spans −reach to reach
    group: ClassVar[str] = "Classify"
    rare: ClassVar[bool] = False  # a form may fold it away
    is_drawn: ClassVar[bool] = False  # by a person, over whatever set was shown
    colour_names: ClassVar[tuple[str, ...]] = ("orange", "blue")
    content_at: ClassVar[str] = ""  # the field that names what somebody brought; "" where all is drawn anew

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
        is_rare=True,
        control="choice",
        default="none",
    )

    @property
    def heading(self) -> str:
        """What an experiment with these data is called."""
        return self.title

    @property
    def content(self) -> str:
        """The id of what somebody brought and this is made of; "" for nothing."""
        return getattr(self, self.content_at) if self.content_at else ""

    @abstractmethod
    def draw(self, generator: np.random.Generator) -> Points:
        """Draw the samples."""

    def test_order(self, points: Array, generator: np.random.Generator) -> Array:
        """The indices of the samples in the order in which they are kept aside for the test: a random one."""
        return generator.permutation(len(points))

    def engineered(self, points: Array) -> Array:
        """What people would work out of the points for a model that learns no features: (samples, features)."""
        inputs = self.inputs(points)
        rows, columns = np.triu_indices(min(inputs.shape[1], MOST_MULTIPLIED))
        return np.concatenate([inputs, inputs[:, rows] * inputs[:, columns]], axis=1)

    def completed(self, points: Array, is_train: Array) -> Array:
        """The points without gaps, filled by what the training samples show."""
        return points

    def target_scale(self, values: Array) -> Scale:
        """How the values of a regression are brought to about −1 to 1, by those of the training samples."""
        return UNSCALED

    def chart(self, points: Array, is_train: Array, scale: Scale) -> Chart | None:
        """Where the points lie on the map; None where they are places of it, or there is none."""
        return None

    @property
    def target_name(self) -> str:
        """What the values of a regression are called; "" where they have no name."""
        return ""

    @property
    def lineage(self) -> tuple[str, ...]:
        """What the weights learn about: where it is another, they have learned nothing of it."""
        return (self.kind,)  # type: ignore[attr-defined]

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes in the order of their index; none in a regression. An autoencoder is never told them."""
        return self.colour_names if self.task == "classification" else ()

    @property
    @abstractmethod
    def input_names(self) -> tuple[str, ...]:
        """The network's inputs."""

    @property
    def input_columns(self) -> tuple[tuple[str, list[int]], ...]:
        """What people would call one quantity of a sample: its name, and the inputs that tell it. None of images."""
        return tuple((name, [place]) for place, name in enumerate(self.input_names))

    @property
    def input_shape(self) -> tuple[int, ...]:
        """What a sample is to the first layer: (inputs,), or of an image (channels, height, width)."""
        return (len(self.input_names),)

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


def _outliers(what: str) -> Any:
    return knob(
        f"The share of the points {what}.",
        title="Outliers",
        is_rare=True,
        unit="%",
        default=0.0,
        ge=0,
        le=0.3,
        step=0.01,
    )


def features_knob(*usual: str, most: int) -> Any:
    return knob(
        "What the network is given of each point.",
        title="Inputs",
        control="chips",
        default=usual,
        max_length=most,
        strict=False,
    )


def formulas_knob() -> Any:
    return knob(
        f"Inputs of your own: formulas of the coordinates, with values from −{LARGEST_INPUT:g} to {LARGEST_INPUT:g}.",
        title="Own inputs",
        control="formulas",
        default=(),
        max_length=MOST_FORMULAS,
        strict=False,
    )


class Featured(DatasetSpec):
    """Base of the sets of points: the network is given features of them and formulas typed by a person, each once.
    Subclasses say which there can be."""

    engineering: ClassVar[str] = "all features that there are: squares, products and sines"

    if TYPE_CHECKING:
        features: tuple[Feature, ...]
        formulas: tuple[str, ...]

    @model_validator(mode="after")
    def _has_an_input(self) -> Self:
        if not self.input_names:
            misfit("features", "expected at least one input, got none: choose a feature, or add a formula")
        return self

    @property
    def input_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.features, *self.formulas)))

    def inputs(self, points: Array) -> Array:
        return features_of(points, self.input_names)

    def engineered(self, points: Array) -> Array:
        return features_of(points, get_args(CurveFeature if self.dimensions == 1 else Feature))


class Synthetic(Featured):
    """Base of the sets that a formula draws: a pattern with noise, and then what real data suffer from.

    Each spoiler has a generator of its own, so that turning one up leaves alone what the others did. At 0 they draw
    nothing: the pattern is all there is.
    """

    samples: int = _samples(300)
    noise: float = _noise()
    outliers: float = _outliers("with a value that has nothing to do with their place")

    @abstractmethod
    def pattern(self, generator: np.random.Generator, samples: int) -> Points:
        """Draw so many samples, in arrays of their own."""

    def draw(self, generator: np.random.Generator) -> Points:
        """A regression: outliers are values that are wrong."""
        points, values, *_ = self.pattern(generator, self.samples)
        (straying,) = generator.spawn(1)
        strays = chosen(straying, self.samples, self.outliers)
        values[strays] = straying.uniform(-1, 1, len(strays))
        return Points(points, values)


class Planar(Synthetic):
    """Base of the sets of points in a plane."""

    features: tuple[Feature, ...] = features_knob("x1", "x2", most=7)
    formulas: tuple[Annotated[str, Typed(2, REACH, LARGEST_INPUT)], ...] = formulas_knob()


class PlanarClasses(Planar):
    """Base of the sets of points to be classified."""

    outliers: float = _outliers("that lie anywhere at all, whatever their class")
    label_flips: float = knob(
        "The share of the points that are given a wrong class.",
        title="Wrong labels",
        is_rare=True,
        unit="%",
        default=0.0,
        ge=0,
        le=0.5,
        step=0.01,
    )
    imbalance: float = knob(
        "How much rarer the last class is than the first: at 0 there are as many of each, at 90 % a tenth.",
        title="Imbalance",
        is_rare=True,
        unit="%",
        default=0.0,
        ge=0,
        le=0.95,
        step=0.05,
    )

    def draw(self, generator: np.random.Generator) -> Points:
        straying, flipping, thinning = generator.spawn(3)
        points, labels = self._balanced(generator, thinning)
        strays = chosen(straying, self.samples, self.outliers)
        points[strays] = straying.uniform(-REACH, REACH, (len(strays), 2))
        flips = chosen(flipping, self.samples, self.label_flips)
        classes = len(self.class_names)
        labels[flips] = (labels[flips] + flipping.integers(1, classes, len(flips))) % classes
        return Points(points, labels)

    def _balanced(self, generator: np.random.Generator, thinning: np.random.Generator) -> tuple[Array, Array]:
        """The pattern with as many of each class as `imbalance` asks for: out of three times as many, of each class at
        random the first ones, counted the faster the rarer it is to be."""
        if not self.imbalance:
            points, labels, *_ = self.pattern(generator, self.samples)
            return points, labels
        points, labels, *_ = self.pattern(generator, 3 * self.samples)
        place = np.empty(len(labels))
        for label, share in enumerate(np.linspace(1.0, 1.0 - self.imbalance, len(self.class_names))):
            members = thinning.permutation(np.flatnonzero(labels == label))
            place[members] = np.arange(len(members)) / share
        kept = np.sort(np.argsort(place, kind="stable")[: self.samples])
        return points[kept], labels[kept]


class Curve(Synthetic):
    """Base of the sets of values over one variable."""

    task: ClassVar[Task] = "regression"
    dimensions: ClassVar[int] = 1
    group: ClassVar[str] = "Regress"

    samples: int = _samples(120)
    features: tuple[CurveFeature, ...] = features_knob("x1", most=3)
    formulas: tuple[Annotated[str, Typed(1, REACH, LARGEST_INPUT)], ...] = formulas_knob()

    @abstractmethod
    def curve(self, x1: Array) -> Array:
        """The values without noise, from −1 to 1."""

    def pattern(self, generator: np.random.Generator, samples: int) -> Points:
        x1 = generator.uniform(-REACH, REACH, samples)
        return Points(x1[:, None], self.curve(x1) + 0.5 * self.noise * generator.normal(size=samples))


def chosen(generator: np.random.Generator, samples: int, share: float) -> Array:
    """The indices of a random share of the samples. A larger share has the smaller one in it."""
    return generator.permutation(samples)[: round(share * samples)]


def shared_out(samples: int, classes: int) -> tuple[Array, Array]:
    """The class of each sample, first class first, and its place in its class from 0 to below 1."""
    sizes = [len(part) for part in np.array_split(np.arange(samples), classes)]
    places = [np.arange(size) / size for size in sizes]
    return np.repeat(np.arange(classes), sizes), np.concatenate(places)
