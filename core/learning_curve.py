"""Learning curve: how good a network and flat models become with more and more data, all with the same test samples.

Each point of it is one model, trained on one part of the training samples and tested on all test samples. Smaller parts
lie within larger ones.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import ClassVar, Literal, NamedTuple, Self

import numpy as np
from pydantic import model_validator

from core.data import Samples, prepared
from core.data.scaling import fitted
from core.experiment import Experiment
from core.flat import MAKERS, NOT_INSTALLED, Flat, is_installed
from core.spec import Spec, knob, misfit
from core.sweep import MOST_CELL_SECONDS, MOST_SECONDS, seconds_of
from core.trainer import Trainer

Model = Literal["network", Flat]
Inputs = Literal["raw", "engineered"]

FEWEST_SAMPLES = 10
FLAT_SECONDS = 0.2
"""About what a flat model takes, with what brings it into memory."""
PAIR_SECONDS = 5e-9
"""What support vectors take for each pair of samples and each input, about."""
USUAL: tuple[Model, ...] = ("network", "linear", "decision_tree") if is_installed() else ("network",)


class Point(NamedTuple):
    """What is trained: a model, on these inputs, of so many training samples, drawn for the repeat of this number."""

    model: Model
    inputs: Inputs
    samples: int
    repeat: int


class Score(NamedTuple):
    """What a point comes to: the share of right answers, or in a regression of the variance that is explained (R²),
    of the test samples and of those that were learned from."""

    test: float
    train: float


class LearningCurve(Spec):
    """Everything that decides which models learn from how much."""

    title: ClassVar = "More data"

    experiment: Experiment = knob("The network, and its data.", title="Experiment", default=Experiment())
    models: tuple[Model, ...] = knob(
        "What learns beside the network; flat models learn no features of their own.",
        title="Models",
        control="chips",
        default=USUAL,
        min_length=1,
        max_length=5,
        strict=False,
    )
    inputs: tuple[Inputs, ...] = knob(
        "What flat models are given: what the network gets, or features that people have thought of.",
        title="Inputs of flat models",
        control="chips",
        default=("raw", "engineered"),
        min_length=1,
        max_length=2,
        strict=False,
    )
    sizes: int = knob("How many sizes of the training set.", title="Sizes", default=6, ge=2, le=12)
    repeats: int = knob("How many draws of each size.", title="Draws", default=3, ge=1, le=10)
    epochs: int = knob(
        "How long the network is trained; with fewer samples as many updates as with all.",
        title="Epochs",
        unit="epochs",
        default=50,
        ge=1,
        le=1000,
        scale="log",
    )

    @model_validator(mode="after")
    def _can_be_learned(self) -> Self:
        task = self.experiment.data.task
        if task == "autoencoder":
            misfit("experiment.data", "expected data with something to be told: an autoencoder has no right answers")
        for place, model in enumerate(self.models):
            if model != "network" and (model, task) not in MAKERS:
                misfit(f"models.{place}", f"{model} tells classes only: leave it out of a regression")
            if model != "network" and not is_installed():
                misfit(f"models.{place}", NOT_INSTALLED)
        if len(set(self.models)) < len(self.models) or len(set(self.inputs)) < len(self.inputs):
            misfit("models", "expected each model and each kind of inputs once")
        if len(self._samples.train[1]) < 2 * FEWEST_SAMPLES:
            misfit("experiment.data", f"expected at least {2 * FEWEST_SAMPLES} training samples to draw fewer from")
        for point in self.points:
            if point.model != "network" and self._seconds_of(point) > MOST_CELL_SECONDS:
                place = self.models.index(point.model)
                misfit(f"models.{place}", "support vectors would take too long with so many samples: leave them out")
        if self._network_seconds > MOST_CELL_SECONDS or self.seconds > MOST_SECONDS:
            misfit("epochs", "this would take too long: use fewer epochs, sizes, draws or units")
        return self

    @cached_property
    def _samples(self) -> Samples:
        experiment = self.experiment
        return prepared(experiment.data, experiment.seeds.data, experiment.seeds.split)

    @cached_property
    def counts(self) -> list[int]:
        """The sizes: from few to all, each so many times the one before."""
        most = int(np.sum(~self._samples.is_test))
        return [*dict.fromkeys(np.geomspace(FEWEST_SAMPLES, most, self.sizes).round().astype(int).tolist())]

    @cached_property
    def series(self) -> list[tuple[Model, Inputs]]:
        """What learns of what: the network of its inputs, and each flat model of each kind of inputs."""
        flat = [model for model in self.models if model != "network"]
        own: list[tuple[Model, Inputs]] = [("network", "raw")] if "network" in self.models else []
        return [*own, *product(flat, self.inputs)]

    @cached_property
    def points(self) -> list[Point]:
        """All of it, small sizes first."""
        return [
            Point(*series, count, repeat)
            for count, repeat, series in product(self.counts, range(self.repeats), self.series)
        ]

    @property
    def seconds(self) -> float:
        """About how long all of it takes of one processor."""
        return sum(map(self._seconds_of, self.points))

    def _seconds_of(self, point: Point) -> float:
        if point.model == "network":
            return self._network_seconds
        pairs = point.samples**2 * len(self.experiment.data.input_names) if point.model == "support_vectors" else 0
        return FLAT_SECONDS + PAIR_SECONDS * pairs

    @cached_property
    def _network_seconds(self) -> float:
        return seconds_of(self.experiment, self.epochs)

    @property
    def tested(self) -> int:
        """How many test samples there are."""
        return int(np.sum(self._samples.is_test))

    def part(self, count: int, repeat: int) -> Samples:
        """So many of the training samples, drawn at random; of each class at least one, so that all can be told."""
        samples = self._samples
        training = np.random.default_rng([self.experiment.seeds.order, repeat]).permutation(
            np.flatnonzero(~samples.is_test)
        )
        if samples.dataset.task == "classification":
            _, firsts = np.unique(samples.targets[training], return_index=True)
            first = np.isin(np.arange(len(training)), firsts)
            training = np.concatenate([training[first], training[~first]])
        return samples.with_fewer(training[:count])

    def score(self, point: Point) -> Score:
        """Train it and test it. The same point has the same score."""
        part = self.part(point.samples, point.repeat)
        return self._network(part) if point.model == "network" else self._flat(part, point)

    def _network(self, part: Samples) -> Score:
        trainer = Trainer(self.experiment, samples=part)
        full = Trainer(self.experiment, samples=self._samples).batches
        trainer.advance(epochs=max(1, round(self.epochs * full / trainer.batches)))
        metrics = trainer.metrics()
        if "test_accuracy" in metrics:
            return Score(metrics["test_accuracy"], metrics["train_accuracy"])
        answers = trainer.predict(part.points)[:, 0]
        right = part.target_scale.undone(part.targets)
        return Score(*(explained(answers[own], right[own]) for own in (part.is_test, ~part.is_test)))

    def _flat(self, part: Samples, point: Point) -> Score:
        task = part.dataset.task
        inputs = part.inputs(part.points) if point.inputs == "raw" else standardized(part)
        learned = ~part.is_test
        model = MAKERS[point.model, task]()  # type: ignore[index]
        model.fit(inputs[learned], part.targets[learned])
        answers = model.predict(inputs)
        if task == "regression":
            return Score(*(explained(answers[own], part.targets[own]) for own in (part.is_test, learned)))
        return Score(*(float(np.mean(answers[own] == part.targets[own])) for own in (part.is_test, learned)))


def standardized(part: Samples) -> np.ndarray:
    """The engineered features, each by its mean and deviation in the training samples."""
    features = part.dataset.engineered(part.points)
    own = features[~part.is_test]
    scale = fitted("standardize", own)
    return scale(features)


def explained(answers: np.ndarray, right: np.ndarray) -> float:
    """R²: the share of the variance that the answers explain; below 0 where the mean would do better."""
    variance = np.mean((right - right.mean()) ** 2)
    return float(1 - np.mean((answers - right) ** 2) / variance) if variance else 0.0
