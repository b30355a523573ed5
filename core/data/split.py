"""Split: samples drawn, parted into training and test, and scaled by what the training samples show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.base import DatasetSpec, Points
from core.data.chart import Chart
from core.data.scaling import Scale, fitted

Array = NDArray[Any]

SAME_PLACE = 0.0025
MOST_DRAWN, FEWER_DRAWN = 5000, 3000
"""More samples than the former would hide a picture and each other: of those so many are drawn as the latter says."""


@dataclass(frozen=True)
class Samples:
    """All samples of a run, in the order in which they were drawn."""

    dataset: DatasetSpec
    points: Array  # (samples, dimensions, pixels or columns)
    targets: Array  # (samples,): class index or value
    is_test: Array  # (samples,)
    scale: Scale
    target_scale: Scale  # by which the values were scaled
    chart: Chart | None = None  # where the points are no places of a map themselves
    notes: tuple[str, ...] = ()
    rows: Array | None = None  # which row of its table each is, from 1

    def inputs(self, points: Array) -> Array:
        """Points in data units as the network sees them: (samples, inputs), scaled."""
        return self.scale(self.dataset.inputs(points))

    @property
    def drawn(self) -> slice:
        """The samples that a picture shows: all, or of very many, whose order is random, the first ones."""
        return slice(len(self.points) if len(self.points) <= MOST_DRAWN else FEWER_DRAWN)

    @property
    def places(self) -> Array:
        """Where the samples lie on the map: (samples, dimensions)."""
        return self.chart.places if self.chart else self.points

    def inputs_at(self, places: Array) -> Array:
        """Places of the map as the network sees them: (places, inputs), scaled."""
        return self.chart.inputs_at(places) if self.chart else self.inputs(places)

    def part(self, chosen: Array | slice) -> tuple[Array, Array]:
        """Inputs and targets of some samples. To an autoencoder the inputs are the targets: (samples, inputs)."""
        inputs = self.inputs(self.points[chosen])
        return inputs, inputs if self.dataset.task == "autoencoder" else self.targets[chosen]

    def with_fewer(self, training: Array) -> Samples:
        """The same test samples, and of the others only those with these indices; scaled by what those show."""
        kept = np.sort(np.concatenate([training, np.flatnonzero(self.is_test)]))
        targets = self.target_scale.undone(self.targets) if self.dataset.task == "regression" else self.targets
        rows = None if self.rows is None else self.rows[kept]
        return scaled(self.dataset, Points(self.points[kept], targets[kept], self.is_test[kept], self.notes, rows))

    def known_share(self, before: Samples) -> float:
        """Of the points of the test, the share that was to be learned from before. Drawn points are as near to what
        they were drawn over as they can be written."""
        if before.points.shape[1:] != self.points.shape[1:]:
            return 0.0
        trained = {each.tobytes() for each in np.round(before.points[~before.is_test] / SAME_PLACE)}
        tested = np.round(self.points[self.is_test] / SAME_PLACE)
        return sum(each.tobytes() in trained for each in tested) / len(tested)

    @property
    def train(self) -> tuple[Array, Array]:
        """Inputs and targets to learn from."""
        return self.part(~self.is_test)

    @property
    def test(self) -> tuple[Array, Array]:
        """Inputs and targets never learned from."""
        return self.part(self.is_test)


def prepared(dataset: DatasetSpec, data_seed: int, split_seed: int) -> Samples:
    """Draw a data set and part it. The same seeds give the same samples."""
    drawn = dataset.draw(np.random.default_rng(data_seed))
    if (is_test := drawn.is_test) is None:
        order = dataset.test_order(drawn.points, np.random.default_rng(split_seed))
        is_test = chosen_for_test(order, dataset.test_fraction)
    return scaled(dataset, drawn._replace(points=dataset.completed(drawn.points, ~is_test), is_test=is_test))


def scaled(dataset: DatasetSpec, drawn: Points) -> Samples:
    """Samples brought to size by what those show that are not for testing."""
    points, targets, is_test, notes, rows = drawn
    assert is_test is not None
    scale = fitted(dataset.scaling, dataset.inputs(points[~is_test]))
    target_scale = dataset.target_scale(targets[~is_test])
    chart = dataset.chart(points, ~is_test, scale)
    targets = target_scale(targets) if dataset.task == "regression" else targets
    return Samples(dataset, points, targets, is_test, scale, target_scale, chart, notes, rows)


def chosen_for_test(order: Array, fraction: float) -> Array:
    """The first of these samples, that share of them: at least one, and never all."""
    tests = min(len(order) - 1, max(1, round(len(order) * fraction)))
    is_test = np.zeros(len(order), bool)
    is_test[order[:tests]] = True
    return is_test
