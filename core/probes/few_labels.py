"""Few labels: what a code that was learned without labels knows of them, once some are told.

Each test sample takes the label of the nearest of a few labelled training samples (Cover & Hart 1967, Nearest neighbor
pattern classification), once by the code and once by the inputs. Where the code tells more, what was learned of all the
unlabelled samples stands in for labels: that is semi-supervised learning.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.probes.clusters import squared_distances

Array = NDArray[Any]


MOST_TESTED = 1000
MOST_DISTANCES = 2**20


class FewLabels(NamedTuple):
    """`known`: the indices of the labelled samples. Of the test samples, at most a thousand, the share that is told
    right `by_code` and `by_inputs`, and that of the label that is most frequent: `by_chance`."""

    known: Array
    by_code: float
    by_inputs: float
    by_chance: float


def few_labels(code: Array, inputs: Array, labels: Array, is_test: Array, count: int) -> FewLabels:
    """With so many training samples labelled, at most all. `code` and `inputs`: (samples, numbers). More of them have
    the fewer ones among them; of each class there are as many as may be."""
    known = taught(labels, np.flatnonzero(~is_test))[:count]
    tested = np.flatnonzero(is_test)[:MOST_TESTED]
    told = labels[tested]
    by_code, by_inputs = (
        np.mean(labels[known][nearest(space[tested], space[known])] == told) for space in (code, inputs)
    )
    by_chance = np.mean(told == np.bincount(labels[~is_test]).argmax())
    return FewLabels(known, float(by_code), float(by_inputs), float(by_chance))


def taught(labels: Array, training: Array) -> Array:
    """The training samples in the order in which they are labelled: one of each class after the other, at random."""
    mixed = np.random.default_rng(0).permutation(training)
    turn = np.empty(len(mixed), int)
    for label in np.unique(labels[mixed]):
        own = labels[mixed] == label
        turn[own] = np.arange(np.sum(own))
    return np.asarray(mixed[np.lexsort((labels[mixed], turn))])


def nearest(points: Array, others: Array) -> Array:
    """Which of the others lies nearest to each point: (points,). So many distances at once as fit into memory."""
    rows = max(1, MOST_DISTANCES // len(others))
    parts = [points[first : first + rows] for first in range(0, len(points), rows)]
    return np.concatenate([squared_distances(part, others).argmin(axis=1) for part in parts])
