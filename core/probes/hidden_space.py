"""Hidden space: where a layer puts the samples, and how far apart it puts the classes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class HiddenSpace(NamedTuple):
    """places: (samples, 2), or (samples, 1) of a layer of one unit; and the share of the samples' variance that is left
    there, 1 where there is none."""

    places: Array
    kept_variance: float


def hidden_space(activations: Array) -> HiddenSpace:
    """A layer's activations, (units, samples), on their first two principal components (K. Pearson, 1901).

    Each component points to where the unit that it is made of most says more, so that a picture seldom turns over while
    the network learns.
    """
    around = (activations - activations.mean(axis=1, keepdims=True)).astype(np.float64)
    variances, components = np.linalg.eigh(around @ around.T)  # rising
    chosen = components[:, ::-1][:, :2]
    most = np.abs(chosen).argmax(axis=0)
    chosen = chosen * np.where(chosen[most, range(len(most))] < 0, -1, 1)
    total = float(variances.sum())
    return HiddenSpace(around.T @ chosen, float(variances[-2:].sum()) / total if total > 0 else 1.0)


def separation(activations: Array, classes: Array) -> float:
    """How far apart a layer puts the classes: the share of the variance of its activations, (units, samples), that lies
    between the means of the classes, (samples,). It is from 0 to 1; 0 where nothing varies. Of one unit it is η²
    (R. A. Fisher, *Statistical Methods for Research Workers*, 1925)."""
    around = activations - activations.mean(axis=1, keepdims=True, dtype=np.float64)
    total = float(np.sum(around**2))
    if not total > 0:
        return 0.0
    members = [around[:, classes == each] for each in np.unique(classes)]
    return float(sum(own.shape[1] * np.sum(own.mean(axis=1) ** 2) for own in members)) / total
