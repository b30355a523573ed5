"""Split: samples drawn, parted into training and test, and scaled by what the training samples show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.base import DatasetSpec
from core.data.scaling import Scale, fitted

Array = NDArray[Any]


@dataclass(frozen=True)
class Samples:
    """All samples of a run, in the order in which they were drawn."""

    dataset: DatasetSpec
    points: Array  # (samples, dimensions or pixels)
    targets: Array  # (samples,): class index or value
    is_test: Array  # (samples,)
    scale: Scale

    def inputs(self, points: Array) -> Array:
        """Points in data units as the network sees them: (samples, inputs), scaled."""
        return self.scale(self.dataset.inputs(points))

    @property
    def train(self) -> tuple[Array, Array]:
        """Inputs and targets to learn from."""
        return self.inputs(self.points[~self.is_test]), self.targets[~self.is_test]

    @property
    def test(self) -> tuple[Array, Array]:
        """Inputs and targets never learned from."""
        return self.inputs(self.points[self.is_test]), self.targets[self.is_test]


def prepared(dataset: DatasetSpec, data_seed: int, split_seed: int) -> Samples:
    """Draw a data set and part it. The same seeds give the same samples."""
    points, targets = dataset.draw(np.random.default_rng(data_seed))
    count = len(points)
    tests = min(count - 1, max(1, round(count * dataset.test_fraction)))
    is_test = np.zeros(count, bool)
    is_test[np.random.default_rng(split_seed).permutation(count)[:tests]] = True
    return Samples(dataset, points, targets, is_test, fitted(dataset.scaling, dataset.inputs(points[~is_test])))
