"""Charts: where samples of many inputs lie on a map of two dimensions, and what lies between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

FILLED = 0.95  # of the map, by the samples
NOTHING = 1e-12


class Axis(NamedTuple):
    """One direction of a map: what it is called, and the value at a place, shift + spread · place. `share`: of a
    principal component, which has no name, what it keeps of the variance."""

    name: str = ""
    shift: float = 0.0
    spread: float = 1.0
    share: float | None = None


class Seen(NamedTuple):
    """A plane, or a line, through the space of the scaled inputs, origin + place · directions; and where on it the
    samples lie."""

    origin: Array  # (inputs,)
    directions: Array  # (dimensions, inputs)
    places: Array  # (samples, dimensions)


@dataclass(frozen=True)
class Chart:
    """What the map shows of the inputs, and what stands along its sides."""

    axes: tuple[Axis, ...]
    origin: Array  # (inputs,)
    directions: Array  # (dimensions, inputs)
    places: Array  # (samples, dimensions)

    def inputs_at(self, places: Array) -> Array:
        """What the network is given at places of the map: (places, inputs)."""
        inputs: Array = self.origin + places @ self.directions
        return inputs


def slice_of(inputs: Array, origin: Array, sides: Sequence[int], reach: float) -> Seen:
    """A slice along some of the inputs (samples, inputs), as far as the samples reach; the others stay as in
    `origin`."""
    origin, directions = origin.copy(), np.zeros((len(sides), inputs.shape[1]))
    places = np.empty((len(inputs), len(sides)))
    for axis, column in enumerate(sides):
        low, high = inputs[:, column].min(), inputs[:, column].max()
        origin[column] = (low + high) / 2
        directions[axis, column] = (high - low) / (2 * FILLED * reach) or 1.0
        places[:, axis] = (inputs[:, column] - origin[column]) / directions[axis, column]
    return Seen(origin, directions, places)


def principal(inputs: Array, reach: float) -> tuple[Seen, Array]:
    """The plane through the middle of the inputs (samples, inputs) in which they differ most, and the share of the
    variance along each direction (Pearson 1901). A direction's largest part is positive; one without any variance has
    length 0."""
    width = inputs.shape[1]
    origin, directions = inputs.mean(axis=0), np.zeros((2, width))
    values, vectors = np.linalg.eigh(np.cov(inputs, rowvar=False).reshape(width, width))
    shares = np.zeros(2)
    shares[: min(2, width)] = values[::-1][:2].clip(0) / max(values.clip(0).sum(), NOTHING)
    places = np.zeros((len(inputs), 2))
    for axis in np.flatnonzero(shares > NOTHING):
        direction = vectors[:, -1 - axis] * np.sign(vectors[np.abs(vectors[:, -1 - axis]).argmax(), -1 - axis])
        along = (inputs - origin) @ direction
        length = np.abs(along).max() / (FILLED * reach)
        directions[axis], places[:, axis] = direction * length, along / length
    return Seen(origin, directions, places), shares


def in_two(seen: Seen) -> Seen:
    """The same with two directions. Along one of length 0 nothing differs, and all samples lie at 0."""
    width, missing = seen.directions.shape[1], 2 - len(seen.directions)
    directions = np.concatenate([seen.directions, np.zeros((missing, width))])
    places = np.concatenate([seen.places, np.zeros((len(seen.places), missing))], axis=1)
    return Seen(seen.origin, directions, places)
