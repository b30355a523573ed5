"""Scaling: inputs brought to a common size, by what the training samples show."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

Scaling = Literal["none", "standardize", "normalize"]


class Scale(NamedTuple):
    """x becomes (x − shift) / spread, per input."""

    shift: Array
    spread: Array

    def __call__(self, inputs: Array) -> Array:
        scaled: Array = (inputs - self.shift) / self.spread
        return scaled

    @property
    def alone(self) -> Scale:
        """That of a single quantity, for arrays of any shape."""
        return Scale(self.shift[0], self.spread[0])

    def undone(self, scaled: Array) -> Array:
        """x again."""
        inputs: Array = scaled * self.spread + self.shift
        return inputs


UNSCALED = Scale(np.zeros(()), np.ones(()))
"""Leaves all as it is."""


def fitted(scaling: Scaling, inputs: Array) -> Scale:
    """The scale that `inputs` of shape (samples, inputs) call for. A constant input is left at its size.

    `standardize`: mean 0, standard deviation 1. `normalize`: from −1 to 1.
    """
    shift, spread = np.zeros(inputs.shape[1]), np.ones(inputs.shape[1])
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    if scaling == "standardize":
        shift, spread = inputs.mean(axis=0), inputs.std(axis=0)
    if scaling == "normalize":
        shift, spread = (low + high) / 2, (high - low) / 2
    return Scale(shift, np.where((high > low) & (spread > 0), spread, 1.0))  # equal floats may deviate by rounding
