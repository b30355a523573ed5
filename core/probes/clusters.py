"""Clusters: samples told apart by where they lie alone, and how well that agrees with their labels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MOST_CLUSTERS = 10
MOST_ROUNDS = 100
TRIES = 4
MOST_FINDING = 4000  # points that centres are found by


class Clusters(NamedTuple):
    """members: each point's cluster, (points,); centres: (clusters, dimensions); inertia: the sum of the squared
    distances of all points from their centres."""

    members: Array
    centres: Array
    inertia: float


def k_means(points: Array, k: int, seed: int = 0) -> Clusters:
    """The tightest of a few tries, its clusters in the order of their centres' first number. `points`: (points,
    dimensions), finite. There are fewer clusters than k only where there are fewer places."""
    chance = np.random.default_rng(seed)
    tries = [lloyd(points, first_centres(points, k, chance)) for _ in range(TRIES)]
    best = min(tries, key=lambda found: found.inertia)
    order = np.lexsort(best.centres.T[::-1])
    return Clusters(np.argsort(order)[best.members], best.centres[order], best.inertia)


def told_apart(points: Array, k: int) -> Array:
    """The cluster of each point, (points,). Of very many points only some find the centres."""
    few = points[:: -(-len(points) // MOST_FINDING)]
    return np.asarray(squared_distances(points, k_means(few, k).centres).argmin(axis=1))


def first_centres(points: Array, k: int, chance: np.random.Generator) -> Array:
    """k-means++: each next centre is a point, the likelier the farther from those before, by the square of its distance
    (Arthur & Vassilvitskii 2007, k-means++: The advantages of careful seeding)."""
    centres: Array = points[chance.integers(len(points))][None]
    while len(centres) < k:
        nearest = squared_distances(points, centres).min(axis=1)
        total = nearest.sum()
        if not total > 0:
            break
        place = np.searchsorted(np.cumsum(nearest), chance.random() * total, side="right")
        centres = np.concatenate([centres, points[min(int(place), len(points) - 1)][None]])
    return centres


def lloyd(points: Array, centres: Array) -> Clusters:
    """Each point goes to its nearest centre, each centre to the mean of its points, until nothing moves (Lloyd 1982,
    Least squares quantization in PCM). A centre that loses all its points stays where it is."""
    members = np.full(len(points), -1)
    for _ in range(MOST_ROUNDS):
        nearest = squared_distances(points, centres).argmin(axis=1)
        if np.array_equal(nearest, members):
            break
        members = nearest
        counts = np.bincount(members, minlength=len(centres))[:, None]
        sums = np.stack([np.bincount(members, column, len(centres)) for column in points.T], axis=1)
        centres = np.where(counts > 0, sums / np.maximum(counts, 1), centres)
    return Clusters(members, centres, float(np.sum((points - centres[members]) ** 2)))


def squared_distances(points: Array, centres: Array) -> Array:
    """(points, centres), as |p|² − 2·p·c + |c|²."""
    squares = np.sum(points**2, axis=1)[:, None] + np.sum(centres**2, axis=1)
    return np.asarray(np.maximum(squares - 2 * points @ centres.T, 0.0))


def table_of(members: Array, labels: Array) -> Array:
    """How many samples of each label, (columns), are in each cluster, (rows)."""
    _, rows = np.unique(members, return_inverse=True)
    _, columns = np.unique(labels, return_inverse=True)
    counts = np.zeros((rows.max() + 1, columns.max() + 1), int)
    np.add.at(counts, (rows, columns), 1)
    return counts


def purity(members: Array, labels: Array) -> float:
    """The share of the samples that have the commonest label of their cluster: 1 also where each is a cluster of its
    own."""
    counts = table_of(members, labels)
    return float(counts.max(axis=1).sum() / counts.sum())


def adjusted_rand(members: Array, labels: Array) -> float:
    """Of all pairs of samples, how many more clusters and labels agree on than by chance: 1 where they say the same,
    about 0 where they have nothing to do with each other (Hubert & Arabie 1985, Comparing partitions)."""
    counts = table_of(members, labels)
    together = pairs(counts)
    in_clusters, in_labels = pairs(counts.sum(axis=1)), pairs(counts.sum(axis=0))
    every = pairs(counts.sum())
    by_chance = in_clusters * in_labels / every if every else 0.0
    most = (in_clusters + in_labels) / 2
    return float((together - by_chance) / (most - by_chance)) if most != by_chance else 1.0


def pairs(counts: Any) -> float:
    """Of how many pairs so many samples are."""
    numbers = np.asarray(counts, float)
    return float(np.sum(numbers * (numbers - 1)) / 2)
